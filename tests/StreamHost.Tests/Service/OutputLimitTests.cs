using System.Globalization;
using System.Text;
using StreamMoe.Tests.Common.Kafka;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>Output topics that take less than the client does, by their own <c>max.message.bytes</c>: no record stops the worker.</summary>
[Trait("Category", "Slow")]
public sealed class OutputLimitTests(ITestOutputHelper output)
{
    private const int Limit = 20_000, LargeKey = 25_000;

    private static readonly string[] s_settings = ["model:preset=naive-bayes", "schema:inferFrom=20", "kafka:commitInterval=PT0.02S"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TopicsTakeLess_LargePredictionsBecomeDeadLetters(bool beforeTheWorkerStarts)
    {
        RealBrokers.Require(); // the mock knows no limits of topics
        using ServiceBench bench = new(output, 1, s_settings);
        WorkerGroup group = bench.Group("limited");
        if (beforeTheWorkerStarts) Lower(group);
        bench.Brokers.Send(bench.EventTopic, 0, Events(0, 200));
        using WorkerProcess worker = group.Start();
        group.AwaitAll(worker);
        if (!beforeTheWorkerStarts) Lower(group);
        bench.Brokers.Send(bench.EventTopic, 0, [.. Events(200, 50), Large(1), .. Events(250, 50), Large(2), .. Events(300, 50)]);
        group.AwaitAll(worker);
        Assert.Equal(0, worker.Stop());

        OutputLog outputs = group.Outputs();
        Assert.Equal(350, outputs.Counts["prediction"]);
        Assert.Equal(2, outputs.Counts["dead letter"]);
    }

    private static void Lower(WorkerGroup group)
    {
        foreach (string topic in (string[])[group.PredictionTopic, group.AuditTopic, group.DeadLetterTopic]) RealBrokers.Limit(topic, Limit);
    }

    private static IEnumerable<(byte[]?, byte[]?)> Events(int from, int count) => Enumerable.Range(from, count).Select(i => Event("k" + i.ToString(CultureInfo.InvariantCulture), i));

    /// <summary>An event with a large key that no codec makes smaller: the brokers look at batches as they are sent.</summary>
    private static (byte[]?, byte[]?) Large(int seed)
    {
        byte[] bytes = new byte[LargeKey];
        new Random(seed).NextBytes(bytes);
        return Event(Convert.ToBase64String(bytes), 1);
    }

    private static (byte[]?, byte[]?) Event(string key, int i)
        => (Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"features":{"a":{{i % 7}},"b":{{i % 3}}},"label":"{{(i % 7 > 3 ? "UP" : "DOWN")}}"}""")));
}
