namespace StreamMoe.Worker.Tests.Telemetry;

/// <summary>Tests that listen to spans, or look at what happens when nobody does: one after the other, as the source of the spans is the whole process's.</summary>
public static class SpanListeners
{
    public const string Name = "listeners to spans";
}
