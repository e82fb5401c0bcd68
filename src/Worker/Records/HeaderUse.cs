namespace StreamMoe.Worker.Records;

/// <summary>What the headers of records are needed for; without any need they are not even fetched from the client.</summary>
[Flags]
internal enum HeaderUse
{
    /// <summary>For nothing.</summary>
    None = 0,

    /// <summary>Events: they go to outputs, or hold a part of the event.</summary>
    Events = 1,

    /// <summary>Telemetry: <c>traceparent</c> alone.</summary>
    Traces = 2,
}
