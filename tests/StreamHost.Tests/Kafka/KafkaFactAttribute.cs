using StreamMoe.Worker.Kafka;

namespace StreamMoe.StreamHost.Tests.Kafka;

/// <summary>A fact that needs librdkafka; skipped, and says so, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KafkaFactAttribute : FactAttribute
{
    private static readonly string? s_missing = Missing();

    public KafkaFactAttribute() => Skip = s_missing!;

    private static string? Missing()
    {
        try
        {
            KafkaLibrary.EnsureLoaded();
            return null;
        }
        catch (KafkaLibraryException e)
        {
            return e.Message;
        }
    }
}
