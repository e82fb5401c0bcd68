using System.Globalization;
using System.Security.Cryptography;
using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Inputs;
using StreamMoe.Experts.State;
using StreamMoe.Streams;
using StreamMoe.Tests.Common;

namespace StreamMoe.Experts.Tests.Drift;

/// <summary>The bytes of a detector's state stay what they were: tests/Golden/detectors/states.txt has a digest of each after so many inputs.</summary>
/// <remarks><c>STREAMMOE_UPDATE_GOLDEN=1</c> writes the digests anew, as it does golden checkpoints. A new detector needs no line.</remarks>
public sealed class DetectorStateTests
{
    private static readonly string s_file = GoldenFiles.Path("detectors", "states.txt");

    static DetectorStateTests()
    {
        if (Environment.GetEnvironmentVariable("STREAMMOE_UPDATE_GOLDEN") == "1")
            File.WriteAllLines(s_file, File.ReadAllLines(s_file).Select(line => line.StartsWith('#') ? line : Found(line)));
    }

    public static TheoryData<string> Lines => [.. File.ReadLines(s_file).Where(line => !line.StartsWith('#'))];

    [Theory, MemberData(nameof(Lines))]
    public void Save_AfterKnownInputs_SameBytesAsEver(string line) => Assert.Equal(line, Found(line));

    private static string Found(string line)
    {
        string[] parts = line.Split(' ');
        (string detector, int inputs) = (parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture));
        MemoryStream state = new();
        if (detector == "input-drift") SaveInputDrift(inputs, new StateWriter(state));
        else SaveDetector(detector, inputs, new StateWriter(state));
        return $"{detector} {inputs} {Convert.ToHexStringLower(SHA256.HashData(state.ToArray()))}";
    }

    private static void SaveDetector(string text, int inputs, StateWriter writer)
    {
        IDriftDetector detector = DetectorCatalogue.Parse(text).CreateDetector();
        UniformNumbers random = new(11);
        for (int i = 0; i < inputs; i++) detector.Update(random.NextDouble() < (i / 5_000 % 2 == 0 ? 0.2 : 0.6) ? 1 : 0);
        detector.Persist(writer);
    }

    private static void SaveInputDrift(int inputs, StateWriter writer)
    {
        SchemaAttribute[] attributes = [SchemaAttribute.Numeric("x"), SchemaAttribute.Nominal("n", ["a", "b", "c"])];
        InputDriftDetector detector = new(new Schema("two", attributes, SchemaAttribute.Nominal("class", ["a", "b"])));
        UniformNumbers random = new(12);
        for (int i = 0; i < inputs; i++) detector.Update([random.NextDouble() + i / 2_000, Math.Floor(3 * random.NextDouble())]);
        detector.Persist(writer);
    }
}
