using System.Globalization;
using System.Text.Json;
using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.Tests.Common;

namespace StreamMoe.DriftMoe.Tests.Evaluation;

/// <summary>All ten recorded runs of MOA's evaluators: every measurement at every checkpoint.</summary>
public sealed class EvaluatorGoldenTests
{
    private const double Tolerance = 1e-9;
    private const string Basic = "BasicClassificationPerformanceEvaluator";

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    [InlineData(5), InlineData(6), InlineData(7), InlineData(8), InlineData(9)]
    public void Snapshot_RecordedResults_AgreesWithMoaOnEveryMeasurement(int index)
    {
        using Stream file = GoldenFiles.Open("evaluation", "evaluators.json");
        using JsonDocument document = JsonDocument.Parse(file);
        JsonElement run = document.RootElement[index];
        string[] command = run.GetProperty("evaluator_cli").GetString()!.Split(' ');
        int classes = run.GetProperty("classes").GetInt32();
        int[] labels = [.. run.GetProperty("true").EnumerateArray().Select(e => e.GetInt32())];
        int[] predictions = [.. run.GetProperty("predicted").EnumerateArray().Select(e => e.GetInt32())];
        double[] weights = [.. run.GetProperty("weights").EnumerateArray().Select(e => e.GetDouble())];
        Dictionary<int, JsonElement> checkpoints = run.GetProperty("checkpoints").EnumerateArray()
            .ToDictionary(e => e.GetProperty("after").GetInt32(), e => e.GetProperty("measurements"));
        PrequentialEvaluator cumulative = new(classes);
        WindowEvaluator window = new(command[0] == Basic ? 1 : int.Parse(command[2], CultureInfo.InvariantCulture), classes);

        int compared = 0;
        for (int t = 0; t < labels.Length; t++)
        {
            cumulative.Add(labels[t], predictions[t], weights[t]);
            window.Add(labels[t], predictions[t], weights[t]);
            if (!checkpoints.TryGetValue(t + 1, out JsonElement expected)) continue;
            Compare(expected, command[0] == Basic ? cumulative.Snapshot() : window.Snapshot(), $"run {index}, after {t + 1}");
            compared++;
        }
        Assert.Equal(checkpoints.Count, compared);
        Assert.NotEqual(0, compared);
    }

    private static void Compare(JsonElement expected, EvaluationSnapshot actual, string where)
    {
        foreach (JsonProperty measurement in expected.EnumerateObject())
        {
            if (measurement.Name == "classified instances")
            {
                Assert.Equal(measurement.Value.GetDouble(), actual.TotalWeight, Tolerance);
                continue;
            }
            double? found = Find(actual, measurement.Name.Replace(" (percent)", ""));
            if (measurement.Value.ValueKind == JsonValueKind.String)
            {
                Assert.Contains(measurement.Value.GetString(), (string[])["NaN", "Infinity", "-Infinity"]);
                Assert.True(found is null, $"{where}: {measurement.Name} was {found}; expected null for {measurement.Value}.");
            }
            else
            {
                double ratio = measurement.Value.GetDouble() / 100;
                Assert.True(found is not null && Math.Abs(found.Value - ratio) <= Tolerance,
                    $"{where}: {measurement.Name} was {found?.ToString() ?? "null"}; expected {ratio}.");
            }
        }
    }

    private static double? Find(EvaluationSnapshot snapshot, string measurement)
    {
        string[] parts = measurement.Split(" for class ");
        int c = parts.Length == 2 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : -1;
        return parts[0] switch
        {
            "classifications correct" => snapshot.Accuracy,
            "Kappa Statistic" => snapshot.Kappa,
            "Kappa Temporal Statistic" => snapshot.KappaT,
            "Kappa M Statistic" => snapshot.KappaM,
            "F1 Score" => c < 0 ? snapshot.MacroF1 : snapshot.F1[c],
            "Precision" => c < 0 ? snapshot.MacroPrecision : snapshot.Precision[c],
            "Recall" => c < 0 ? snapshot.MacroRecall : snapshot.Recall[c],
            _ => throw new InvalidDataException($"Unknown measurement '{measurement}'."),
        };
    }
}
