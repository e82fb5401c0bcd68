using System.Globalization;
using System.Text.Json;

namespace StreamMoe.Experts.Tests.Trees;

/// <summary>Runs an expert prequentially over a golden stream and compares every prediction, and the votes that are written down, with MOA's.</summary>
internal static class GoldenRun
{
    /// <summary>All runs of some learners, as stream and learner.</summary>
    public static TheoryData<string, string> Of(IEnumerable<string> learners)
    {
        TheoryData<string, string> runs = [];
        foreach (JsonElement stream in GoldenStream.Descriptions)
            foreach (JsonElement run in stream.GetProperty("runs").EnumerateArray())
                if (learners.Contains(run.GetProperty("learner").GetString()!))
                    runs.Add(stream.GetProperty("stream").GetString()!, run.GetProperty("learner").GetString()!);
        return runs;
    }

    /// <summary>Compares a whole run.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="run">The run's entry of the manifest.</param>
    /// <param name="expert">The expert, fresh.</param>
    /// <param name="everyFiveThousand">Called after each 5,000 instances and at the end.</param>
    public static void Agrees(GoldenStream stream, JsonElement run, IExpert expert, Action? everyFiveThousand = null)
    {
        int[] expected = stream.Predictions(run);
        Dictionary<int, JsonElement> votesAt = run.GetProperty("votes_at").EnumerateArray().ToDictionary(v => v.GetProperty("i").GetInt32(), v => v.GetProperty("votes"));
        double[] votes = new double[stream.ClassCount];
        List<int> correct = [];
        int right = 0, n = run.GetProperty("n").GetInt32();
        for (int i = 0; i < n; i++)
        {
            expert.PredictThenTrain(stream.Row(i), stream.Labels[i], stream.Weights[i], votes);
            int predicted = Votes.ArgMax(votes);
            Assert.True(predicted == expected[i], $"Instance {i}: predicted class {predicted}, MOA {expected[i]}; votes {string.Join(", ", votes)}.");
            if (votesAt.TryGetValue(i, out JsonElement golden)) CheckVotes(golden, votes, i);
            if (predicted == stream.Labels[i]) right++;
            if ((i + 1) % 5000 != 0 && i != n - 1) continue;
            correct.Add(right);
            everyFiveThousand?.Invoke();
        }
        Assert.Equal(Integers(run, "correct_every_5000"), correct);
    }

    /// <summary>A list of integers of the manifest.</summary>
    public static int[] Integers(JsonElement run, string name) => [.. run.GetProperty(name).EnumerateArray().Select(v => v.GetInt32())];

    private static void CheckVotes(JsonElement golden, double[] votes, int instance)
    {
        double[] expected = [.. golden.EnumerateArray().Select(Number)];
        for (int c = 0; c < votes.Length; c++)
        {
            double wanted = c < expected.Length ? expected[c] : 0;
            bool same = wanted.Equals(votes[c]) || Math.Abs(wanted - votes[c]) <= 1e-12 * Math.Abs(wanted);
            Assert.True(same, $"Instance {instance}, class {c}: vote {votes[c]:R}, MOA {wanted:R}.");
        }
    }

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : double.Parse(value.GetString()!, CultureInfo.InvariantCulture);
}
