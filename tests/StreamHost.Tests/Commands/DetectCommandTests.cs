using System.Text.Json;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Commands;

public sealed class DetectCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Detect_RecordedErrors_SignalsWhereMoaDoes()
    {
        JsonElement result = Cli.Json("detect", GoldenFiles.Path("detectors", "errors_abrupt.txt"), "--detector", "page-hinkley");

        Assert.Equal("page-hinkley", result.GetProperty("detector").GetString());
        Assert.All(result.GetProperty("drifts").EnumerateArray(), d => Assert.InRange(d.GetInt32(), 10_000, 11_000));
        Assert.NotEqual(0, result.GetProperty("drifts").GetArrayLength());
        Assert.Equal(0, result.GetProperty("warnings").GetArrayLength());
    }

    [Theory]
    [InlineData("0110", "0,1 1\n0")]
    public void Detect_SeparatedAndContiguous_AreTheSame(string contiguous, string separated)
    {
        string Run(string text) => Cli.Run("detect", _folder.Write("values.txt", string.Concat(Enumerable.Repeat(text + "\n", 500))), "--detector", "ddm", "--set", "minNumInstances=5").Output;

        Assert.Equal(Run(contiguous), Run(separated));
    }

    [Fact]
    public void Detect_Reals_FindsTheStep()
    {
        string file = _folder.Write("values.txt", string.Join('\n', Enumerable.Range(0, 2000).Select(i => (i < 1000 ? 0.0 : 3.0) + Math.Sin(i))));

        JsonElement result = Cli.Json("detect", file, "--detector", "adwin", "--reals");

        Assert.InRange(result.GetProperty("drifts")[0].GetInt32(), 1000, 1100);
    }

    [Fact]
    public void Detect_OptionsAfterAColon_AreThoseOfSet()
    {
        string file = GoldenFiles.Path("detectors", "errors_abrupt.txt");
        string plain = Cli.Run("detect", file, "--detector", "adwin").Output;

        string colon = Cli.Run("detect", file, "--detector", "adwin:deltaAdwin=0.3").Output;

        Assert.Equal(Cli.Run("detect", file, "--detector", "adwin", "--set", "deltaAdwin=0.3").Output, colon);
        Assert.NotEqual(plain, colon);
        Assert.StartsWith("adwin: ", colon);
    }

    [Theory]
    [InlineData("01x", false, 1, "found 'x' at character 2; must be 0 or 1 (use --reals for numbers).")]
    [InlineData("0.5 1e999", true, 1, "value 1 was '1e999'; must be a finite number.")]
    public void Detect_BadValue_SaysWhichAndWhere(string text, bool reals, int exitCode, string expected)
    {
        string file = _folder.Write("values.txt", text);

        Cli run = Cli.Run([.. new[] { "detect", file, "--detector", "adwin" }, .. reals ? ["--reals"] : Array.Empty<string>()]);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(expected, run.Error);
    }

    [Theory]
    [InlineData("detect values.txt --detector adwim", "Did you mean 'adwin'?")]
    [InlineData("detect missing.txt --detector adwin", "the file 'missing.txt' was not found.")]
    [InlineData("detect missing.txt --detector adwin --set delta=2", "delta")]
    [InlineData("detect missing.txt --detector adwin:deltaAdwin=0.1,", "detector adwin: '' was found where option=value must be.")]
    [InlineData("detect missing.txt", "--detector")]
    public void Detect_WrongArguments_ExitCodeTwo(string arguments, string expected)
    {
        Cli run = Cli.Run(arguments.Split(' '));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error);
    }
}
