using System.Text.Json;
using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Work;
using StreamMoe.StreamHost.Replay;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Tests.Replay;

/// <summary>What the worker makes of events is what a replay makes of the same instances.</summary>
public sealed class WorkerAndReplayTests
{
    [Theory]
    [InlineData("led-abrupt", "adaptive", 1500)]
    [InlineData("sea-gradual", "moe-data", 3000)]
    [InlineData("agrawal-abrupt", "hoeffding-tree", 3000)]
    public void LabelledEvents_AreLearnedAsInAReplay(string stream, string model, int count)
    {
        LearningSetup setup = Partition.Setup(model);
        InstanceStream drawn = StreamCatalogue.Open(stream);
        SourceRecord[] records = LabelledEvents.Draw(drawn, count);
        using LearnerProcessor processor = Partition.Create(drawn.Schema, setup, capacity: 100);
        List<string> found = Partition.Run(processor, records);

        using WorkRunner work = new(1);
        InstanceStream again = StreamCatalogue.Open(stream);
        ILearner learner = setup.Model.Create(again.Schema, setup.Seed, work);
        ReplaySession replay = new(again, learner, new ReplaySettings { Instances = count, Window = 1000 });
        List<string> expected = [];
        while (replay.Advance(count))
            for (int i = 0; i < replay.LastBlock.Count; i++) expected.Add(again.Schema.ClassName(replay.PredictionOf(i)));

        Assert.Equal(expected, found.Where(l => l.StartsWith("Prediction", StringComparison.Ordinal)).Select(PredictionOf));
        Assert.Equal(replay.Total.Accuracy, processor.Figures.Accuracy);
        Assert.Equal(replay.Total.KappaM, processor.Figures.KappaM);
        Assert.Equal(replay.Window.KappaT, processor.Figures.WindowKappaT);
        Assert.Equal(count, processor.Figures.Learned);
    }

    private static string? PredictionOf(string line)
    {
        using JsonDocument json = JsonDocument.Parse(line.Split(" | ")[2]);
        return json.RootElement.GetProperty("prediction").GetString();
    }
}
