namespace StreamMoe.Worker.Events;

/// <summary>How a CloudEvent stands in a record.</summary>
internal enum CloudEventMode
{
    /// <summary>The headers do not say; the value does.</summary>
    Untold,

    /// <summary>Attributes and data are in the value.</summary>
    Structured,

    /// <summary>Attributes are headers, data the value.</summary>
    Binary,
}
