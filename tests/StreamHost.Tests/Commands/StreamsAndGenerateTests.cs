using System.Text.Json;
using StreamMoe.StreamHost.Commands;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Commands;

public sealed class StreamsAndGenerateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Streams_Json_ListsTheFifteenNamesWithTheirDrifts()
    {
        JsonElement streams = Cli.Json("streams").GetProperty("streams");

        Assert.Equal(15, streams.GetArrayLength());
        JsonElement led = streams.EnumerateArray().Single(s => s.GetProperty("name").GetString() == "led-gradual");
        Assert.Equal(24, led.GetProperty("attributes").GetInt32());
        Assert.Equal(10, led.GetProperty("classes").GetInt32());
        Assert.Equal([225000, 475000, 725000], led.GetProperty("drifts").EnumerateArray().Select(d => d.GetProperty("position").GetInt32()));
    }

    [Fact]
    public void Generate_Hash_IsTheRecordedOne()
    {
        Cli run = Cli.Run("generate", "led-abrupt", "--instances", "10000", "--hash");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("4f283831a24fe20e9c94e14ebedfbf36bfe29abb823bc982ca0e364e14300456", run.Output.Trim());
    }

    [Fact]
    public void Generate_Dash_WritesCsvToStandardOutput()
    {
        MemoryStream bytes = new();
        StringWriter output = new(), error = new();

        int code = CommandLine.Run(["generate", "stagger-abrupt", "--instances", "2", "--output", "-"], output, error, () => bytes);

        string[] lines = System.Text.Encoding.UTF8.GetString(bytes.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(0, code);
        Assert.Equal("size,color,shape,class", lines[0]);
        Assert.Equal(3, lines.Length);
        Assert.Equal("", output.ToString() + error.ToString());
    }

    [Fact]
    public void Generate_ArffFromCsvWithLateValues_DeclaresAllOfThem()
    {
        string csv = _folder.Write("late.csv", "x,c,y\n" + string.Concat(Enumerable.Range(0, 2500).Select(i => $"{i},{(i < 2000 ? "early" : "late")},a\n")));
        string arff = _folder.File("late.arff");

        Cli run = Cli.Run("generate", csv, "--output", arff);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("{early,late}", File.ReadAllText(arff));
        Assert.EndsWith("2499,late,a\n", File.ReadAllText(arff));
    }

    [Theory]
    [InlineData("agrawal.csv")]
    [InlineData("agrawal.arff")]
    [InlineData("agrawal.arff.gz")]
    public void Generate_File_ReplaysAsTheStreamItself(string name)
    {
        string file = _folder.File(name);
        Cli written = Cli.Run("generate", "agrawal-abrupt", "--instances", "3000", "--output", file);
        Assert.Equal(0, written.ExitCode);

        double fromFile = Cli.Json("replay", file, "--model", "hoeffding-tree").GetProperty("accuracy").GetDouble();
        double drawn = Cli.Json("replay", "agrawal-abrupt", "--model", "hoeffding-tree", "--instances", "3000").GetProperty("accuracy").GetDouble();

        // In CSV the order of nominal values and classes is that of first appearance, which moves ties; ARFF declares it.
        if (name.EndsWith(".csv", StringComparison.Ordinal)) Assert.Equal(drawn, fromFile, 0.02);
        else Assert.Equal(drawn, fromFile);
    }
}
