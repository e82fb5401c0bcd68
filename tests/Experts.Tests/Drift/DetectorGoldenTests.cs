using System.Text.Json;
using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Windows;
using StreamMoe.Tests.Common;

namespace StreamMoe.Experts.Tests.Drift;

/// <summary>MOA's detectors on three recorded error sequences: every change, every warning, every estimate, exactly.</summary>
public sealed class DetectorGoldenTests
{
    private const int Count = 20_000;

    private static readonly Dictionary<string, string> Names = new()
    {
        ["ADWINChangeDetector"] = "adwin", ["DDM"] = "ddm", ["EDDM"] = "eddm", ["HDDM_A_Test"] = "hddm-a", ["HDDM_W_Test"] = "hddm-w",
        ["PageHinkleyDM"] = "page-hinkley", ["CusumDM"] = "cusum", ["EWMAChartDM"] = "ewma", ["GeometricMovingAverageDM"] = "geometric-ma",
        ["RDDM"] = "rddm", ["STEPD"] = "stepd", ["SEEDChangeDetector"] = "seed",
    };

    public static TheoryData<string, string> Records()
    {
        TheoryData<string, string> data = [];
        using JsonDocument document = Read();
        foreach (JsonElement record in document.RootElement.GetProperty("results").EnumerateArray())
            if (Names.ContainsKey(Class(record))) data.Add(record.GetProperty("detector").GetString()!, record.GetProperty("sequence").GetString()!);
        return data;
    }

    [Fact]
    public void Records_AllButSeqDrift_AreCompared() => Assert.Equal(48, Records().Count);

    [Theory]
    [MemberData(nameof(Records))]
    public void Update_RecordedErrors_SignalsAndEstimatesExactlyAsMoa(string detector, string sequence)
    {
        using JsonDocument document = Read();
        JsonElement record = document.RootElement.GetProperty("results").EnumerateArray()
            .Single(r => r.GetProperty("detector").GetString() == detector && r.GetProperty("sequence").GetString() == sequence);
        IDriftDetector actual = DetectorCatalogue.Create(Names[Class(record)], Options(record));

        List<int> changes = [], warnings = [];
        List<double> estimations = [];
        string errors = Sequence(sequence);
        for (int i = 0; i < Count; i++)
        {
            DriftSignal signal = actual.Update(errors[i] - '0');
            if (signal == DriftSignal.Drift) changes.Add(i);
            if (signal == DriftSignal.Warning) warnings.Add(i);
            if ((i + 1) % 1000 == 0) estimations.Add(actual.Estimation);
        }

        Assert.Equal(record.GetProperty("changes").EnumerateArray().Select(e => e.GetInt32()), changes);
        Assert.Equal(record.GetProperty("warnings").GetInt32(), warnings.Count);
        Assert.Equal(
            record.GetProperty("warning_ranges").EnumerateArray().SelectMany(e => Enumerable.Range(e[0].GetInt32(), e[1].GetInt32() - e[0].GetInt32() + 1)),
            warnings);
        Assert.Equal(record.GetProperty("estimation_every_1000").EnumerateArray().Select(e => e.GetDouble()), estimations);
    }

    [Theory]
    [InlineData(100, 1e-6, "abrupt", new[] { 10087, 11956, 18861 })]
    [InlineData(100, 1e-6, "gradual", new[] { 8572, 10642, 11955, 18861 })]
    [InlineData(100, 1e-6, "stationary", new[] { 14671 })]
    [InlineData(25, 1e-7, "abrupt", new[] { 10107, 12426, 16410, 18065 })]
    [InlineData(25, 1e-7, "gradual", new[] { 10575, 12426, 16410, 18065 })]
    [InlineData(25, 1e-7, "stationary", new int[0])]
    public void Fhddm_RecordedErrors_SignalsWhereTheReferenceDoes(int window, double confidence, string sequence, int[] expected)
    {
        Fhddm detector = new(new FhddmOptions { SlidingWindowSize = window, ConfidenceLevel = confidence });
        Assert.Equal(expected, Changes(detector, Sequence(sequence), one: 1));
    }

    [Theory]
    [InlineData(0, 315)]
    [InlineData(20, 279)]
    public void Fhddm_RiversExample_SignalsWhereRiverDoes(int shortWindow, int expected)
    {
        using StreamReader reader = new(GoldenFiles.Open("detectors", "fhddm_example.txt"));
        Fhddm detector = new(new FhddmOptions { ShortWindowSize = shortWindow });
        Assert.Equal([expected], Changes(detector, reader.ReadToEnd().Trim(), one: 0).Take(1)); // its ones are right predictions
    }

    private static List<int> Changes(IDriftDetector detector, string bits, int one)
    {
        List<int> changes = [];
        for (int i = 0; i < bits.Length; i++)
            if (detector.Update(bits[i] == '1' ? one : 1 - one) == DriftSignal.Drift) changes.Add(i);
        return changes;
    }

    private static JsonDocument Read()
    {
        using Stream file = GoldenFiles.Open("detectors", "detectors.json");
        return JsonDocument.Parse(file);
    }

    private static string Class(JsonElement record) => record.GetProperty("detector").GetString()!.Split(' ')[0];

    private static string Sequence(string name)
    {
        using StreamReader reader = new(GoldenFiles.Open("detectors", $"errors_{name}.txt"));
        string errors = reader.ReadToEnd().Trim();
        Assert.Equal(Count, errors.Length);
        return errors;
    }

    /// <summary>The recorded options: "lambda (-m)" is our lambda, and "deltaSEED (-d)" our delta.</summary>
    private static Dictionary<string, string> Options(JsonElement record) =>
        record.GetProperty("config").GetProperty("options").EnumerateObject()
            .ToDictionary(o => o.Name.Split(' ')[0].Replace("SEED", ""), o => o.Value.ToString());
}
