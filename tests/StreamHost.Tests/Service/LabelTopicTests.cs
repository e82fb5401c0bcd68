using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Streams.Files;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>A topic of its own for late labels.</summary>
public sealed class LabelTopicTests(ITestOutputHelper output)
{
    private const int Instances = 3000;

    [Fact]
    public void Serve_LabelTopicWithoutASchema_IsRefusedWithTheReasonAndWhatToDo()
    {
        Cli run = Cli.Run("serve", "--set", "kafka:bootstrapServers=127.0.0.1:1", "--set", "kafka:labelTopic=labels");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("kafka:labelTopic was 'labels' while schema:file is empty; a schema is not inferred from two topics. Give the schema in schema:file.", run.Error);
    }

    [Fact, Trait("Category", "Slow")]
    public void Serve_LabelTopic_LearnsEveryLabelOnce_AndGoesOnBehindItsCheckpoint()
    {
        using TemporaryFolder folder = new();
        string schema = folder.File("schema.json");
        using (InstanceStream stream = StreamCatalogue.Open("sea-abrupt", 1)) SchemaFile.Save(stream.Schema, schema);
        using ServiceBench bench = new(output, 2, "model:preset=naive-bayes", $"schema:file={schema}");
        string labels = bench.Brokers.Name("labels");
        bench.Brokers.CreateTopic(labels, 2);
        bench.Feed("sea-abrupt", Instances, "--label-topic", labels, "--label-delay", "40");
        bench.Brokers.Send(labels, 0, [("x"u8.ToArray(), """{"id":"x","features":{"attrib1":1},"label":"groupA"}"""u8.ToArray())]);
        WorkerGroup group = bench.Group("labels", $"kafka:labelTopic={labels}");

        using WorkerProcess first = group.Start();
        first.AwaitReady();
        group.AwaitAll(first);
        first.Await(() => first.Sum("learned") == Instances && group.Outputs().Counts.GetValueOrDefault("dead letter") == 1, "every label");
        Assert.Equal(Instances, first.Sum("scored"));
        Assert.Equal(0, first.Stop());
        using WorkerProcess second = group.Start();
        second.AwaitReady();
        bench.Feed("sea-abrupt", 1, "--label-topic", labels, "--label-delay", "1");
        second.Await(() => second.Sum("learned") == Instances + 1, "the label that came later");

        second.Await(() => group.Outputs().Counts.GetValueOrDefault("prediction") > Instances, "the commit of its event");
        OutputLog outputs = group.Outputs();
        bench.Say(outputs.ToString()!);
        Assert.Equal(Instances + 1, outputs.Counts["prediction"]);
        Assert.Contains(bench.Brokers.Read(group.DeadLetterTopic), r => r.Headers.Any(h => h.Name == "streammoe-reason" && h.Value.AsSpan().SequenceEqual("not-a-label"u8)));
    }
}
