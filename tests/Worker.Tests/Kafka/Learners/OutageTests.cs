using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Tests.Common.Kafka;
using StreamMoe.Worker.Kafka.Learners;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Kafka.Learners;

/// <summary>Real brokers go away and come back.</summary>
[Trait("Category", "Slow")]
public sealed class OutageTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task StopAsync_AfterAnOutage_Ends()
    {
        using KafkaBench bench = KafkaBench.OnReal();
        await using RunningLearners running = new(bench, 1);
        running.Learners.Await(l => l.Told.Length == 1, "the learner");
        await running.Learners.CommitAsync(0, 0, 1, "A");
        RealBrokers.Tell(1, "kill");
        await Task.Delay(TimeSpan.FromSeconds(15));
        RealBrokers.Tell(1, "start");
        await CommitWhenThereAsync(running.Learners, "B").WaitAsync(s_patience);

        long began = Stopwatch.GetTimestamp();
        await running.StopAsync();

        output.WriteLine($"ended after {Stopwatch.GetElapsedTime(began).TotalSeconds} s; told {string.Join("; ", running.Learners.Told)}");
        Assert.Equal(["A", "B"], bench.Read(bench.Settings.Options.PredictionTopic));
    }

    /// <summary>Commits, again while the learner is being taken away and given back: the outage was longer than the session.</summary>
    private static async Task CommitWhenThereAsync(ScriptedLearners learners, string prediction)
    {
        while (true)
        {
            learners.Await(l => l.Has(0), "the learner, again");
            try
            {
                await learners.CommitAsync(0, 0, 2, prediction);
                return;
            }
            catch (Exception e) when (e is KeyNotFoundException or OutputException or LearnerFencedException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
        }
    }

    /// <summary>The client of the queries reads nothing, so it does not notice by itself who leads by now.</summary>
    [Fact]
    public async Task Range_LeaderIsGone_IsAskedOfTheNewOne()
    {
        using KafkaBench bench = KafkaBench.OnReal(partitions: 6);
        using KafkaQueries queries = new(bench.Settings, NullLogger.Instance);
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bench.Settings.Options.BootstrapServers }).Build();
        string topic = bench.Settings.Options.EventTopic;
        Assert.SkipUnless(admin.GetMetadata(TimeSpan.FromSeconds(30)).Brokers.Count > 1, "Needs more than one broker.");
        for (int partition = 0; partition < 6; partition++) bench.Feed(partition, "a");
        Assert.All(Enumerable.Range(0, 6), p => Assert.Equal((0, 1), queries.Range(new TopicPartition(topic, p), CancellationToken.None)));

        RealBrokers.Tell(2, "kill");
        long began = Stopwatch.GetTimestamp();
        (long, long)[] without = await Task.Run(() => Enumerable.Range(0, 6).Select(p => queries.Range(new TopicPartition(topic, p), CancellationToken.None)).ToArray()).WaitAsync(s_patience);
        output.WriteLine($"asked without broker 2 after {Stopwatch.GetElapsedTime(began).TotalSeconds} s");
        RealBrokers.Tell(2, "start");

        Assert.All(without, range => Assert.Equal((0, 1), range));
    }
}
