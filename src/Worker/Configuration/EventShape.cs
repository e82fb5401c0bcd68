namespace StreamMoe.Worker.Configuration;

/// <summary>Where the features of an event stand.</summary>
internal enum EventShape
{
    /// <summary>Told from the records that are held for the inference, once; nested with a declared schema.</summary>
    Auto,

    /// <summary>In the object or array <c>features</c>.</summary>
    Nested,

    /// <summary>Beside id, time and label.</summary>
    Flat,
}
