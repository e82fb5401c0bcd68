namespace StreamMoe.Worker.Events;

/// <summary>What was done with a feature that is not quite what its attribute takes. The numbers are places of counts.</summary>
internal enum FeatureFault : byte
{
    /// <summary>A text that is a number, read as that number.</summary>
    NumberAsText,

    /// <summary>A value of another type, taken for missing.</summary>
    OtherType,

    /// <summary>A value beyond the cap, taken for the value <c>(other)</c> or for missing.</summary>
    BeyondCap,
}
