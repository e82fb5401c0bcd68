namespace StreamMoe.StreamHost.Tests.Kafka;

/// <summary>A fact that needs a real Kafka broker, for transactions: addresses in the environment variable STREAMMOE_TEST_BROKERS.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealBrokerFactAttribute : FactAttribute
{
    public RealBrokerFactAttribute()
    {
        if (string.IsNullOrEmpty(Brokers))
            Skip = "Needs a Kafka broker with transactions; give its address in STREAMMOE_TEST_BROKERS, for example localhost:9092.";
    }

    public static string? Brokers { get; } = Environment.GetEnvironmentVariable("STREAMMOE_TEST_BROKERS");
}
