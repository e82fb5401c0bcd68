namespace StreamMoe.StreamHost.Tests.Kafka;

/// <summary>Real Kafka brokers for tests, for their transactions: addresses in the environment variable STREAMMOE_TEST_BROKERS.</summary>
internal static class RealBrokers
{
    /// <value>True where there are some.</value>
    public static bool AreThere => Addresses.Length > 0;

    /// <value>Their addresses, or nothing.</value>
    public static string Addresses { get; } = Environment.GetEnvironmentVariable("STREAMMOE_TEST_BROKERS") ?? "";

    /// <summary>Skips the test, and says so, where there are none.</summary>
    public static void Require()
        => Assert.SkipUnless(AreThere, "Needs a Kafka broker with transactions; give its address in STREAMMOE_TEST_BROKERS, for example localhost:9092.");
}
