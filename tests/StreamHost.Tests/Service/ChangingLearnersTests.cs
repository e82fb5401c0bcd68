namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>A stopped group goes on with another number of learners.</summary>
[Trait("Category", "Slow")]
public sealed class ChangingLearnersTests(ITestOutputHelper output)
{
    [Fact]
    public void TwoLearnersBecomeOne_FromTheCheckpointsOfTheStoppedGroup_AndWhatDoesNotFitIsRefused()
    {
        using ServiceBench bench = new(output, 4, "model:preset=hoeffding-tree", "schema:inferFrom=50", "checkpoints:everyEvents=500");
        bench.Feed("agrawal:function=1", 2000, "--array");
        WorkerGroup group = bench.Group("changing", "model:learners=2");
        using (WorkerProcess first = group.Start())
        {
            first.AwaitReady();
            group.AwaitAll(first);
            Assert.Equal(0, first.Stop());
        }
        string[] left = [.. Enumerable.Range(0, 2).Select(learner => Copy(bench, group.NewestCheckpoint(learner)))];
        string order = OrderTopic(bench, "order"), initial = string.Join(',', left);

        Refused("has 2 partitions, and model:learners=1 needs 1", "model:learners=1", $"model:initial={initial}");
        Refused("none of the checkpoints of model:initial has", "model:learners=1", $"kafka:orderTopic={order}", $"model:initial={left[0]}");
        Refused("there is a checkpoint at offset", "model:learners=1", $"kafka:orderTopic={order}");

        bench.Feed("agrawal:function=1", 1000, "--array");
        using (WorkerProcess second = group.Start(null, "model:learners=1", $"kafka:orderTopic={order}", $"model:initial={initial}"))
        {
            second.AwaitReady();
            group.AwaitAll(second);
            second.Await(() => second.Sum("learned") > 1000, "the learner");
            Assert.Equal(4, Assert.Single(second.Learners()).GetProperty("partitions").GetArrayLength());
            Assert.Equal(0, second.Stop());
        }
        OutputLog outputs = group.Outputs();
        bench.Say(outputs.ToString()!);
        Assert.Equal(3000, outputs.Counts["prediction"]); // each event once: nothing again, nothing left out

        string other = OrderTopic(bench, "another-order");
        Refused("but the group has committed", "model:learners=1", $"kafka:orderTopic={other}", $"model:initial={initial}");
        using WorkerProcess again = group.Start(null, "model:learners=1", $"kafka:orderTopic={order}", $"model:initial={initial}"); // left in the configuration it does no harm
        again.AwaitReady();
        Assert.Equal(0, again.Stop());
        Assert.Equal(3000, group.Outputs().Counts["prediction"]);

        void Refused(string text, params string[] settings)
        {
            using WorkerProcess refused = group.Start(null, settings);
            Assert.Equal(1, refused.AwaitExit());
            string line = refused.Log.Last(l => l.StartsWith("streammoe: ", StringComparison.Ordinal));
            bench.Say(line);
            Assert.Contains(text, line, StringComparison.Ordinal);
        }
    }

    private static string Copy(ServiceBench bench, string file)
    {
        string copy = bench.Folder.File(Path.GetFileName(Path.GetDirectoryName(file))! + ".checkpoint");
        File.Copy(file, copy);
        return copy;
    }

    private static string OrderTopic(ServiceBench bench, string name)
    {
        string topic = bench.Brokers.Name(name);
        if (bench.Brokers.Mock is not null) bench.Brokers.CreateTopic(topic, 1);
        return topic;
    }
}
