using System.Text.Json;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Commands;

public sealed class DetectCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/dev/zero", true)]
    [InlineData("/dev/zero", false)]
    public void Detect_InputWithoutAnEnd_IsRefusedAndTakesNoMemory(string path, bool reals)
    {
        long before = GC.GetTotalAllocatedBytes();
        Cli run = Cli.Run(["detect", path, "--detector", "adwin", .. reals ? ["--reals"] : Array.Empty<string>()]);
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"streammoe: {path}: ", run.Error, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 64 << 20);
    }

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
    [InlineData("0,,1, ,0\n,1\n\n1\n\n", 9, 4)]
    [InlineData("1.0 0.0\n1.0,\n0", 4, 0)]
    [InlineData("0 NA 1 null", 4, 2)]
    [InlineData("0110,1", 5, 0)]
    [InlineData("\n\n", 0, 0)]
    public void Detect_EmptyPlaces_AreCountedAndPassedOver(string text, int values, int empty)
    {
        JsonElement result = Cli.Json("detect", _folder.Write("values.txt", text), "--detector", "ddm");

        Assert.Equal((values, empty), (result.GetProperty("values").GetInt32(), result.GetProperty("empty").GetInt32()));
    }

    [Theory, InlineData("error"), InlineData("1"), InlineData("-1")]
    public void Detect_ColumnOfACsv_IsThatColumn(string column)
    {
        string bits = string.Concat(Enumerable.Range(0, 3000).Select(i => i < 1500 ? "0" : i % 2 == 0 ? "1" : "0"));
        string plain = _folder.Write("values.txt", bits);
        string table = _folder.Write("a.csv", "\"text, x\",error\n" + string.Concat(bits.Select(b => $"\"a,b\",{b}.0\n")));

        Assert.Equal(Cli.Run("detect", plain, "--detector", "hddm-a").Output, Cli.Run("detect", table, "--detector", "hddm-a", "--column", column).Output);
        Assert.Contains("--column names 'none', which", Cli.Run("detect", table, "--detector", "hddm-a", "--column", "none").Error);
    }

    [Fact]
    public void Detect_Live_PrintsEachDriftBeforeMoreIsRead()
    {
        string written = "";
        using StringWriter output = new();
        using Watched input = new(string.Concat(Enumerable.Range(0, 4000).Select(i => i < 1500 || i % 2 == 0 ? "0\n" : "1\n")), read => written = read > 6000 && written.Length == 0 ? output.ToString() : written);

        StreamHost.Commands.DetectCommand.Create(input, output).Parse(["-", "--detector", "hddm-a", "--live"]).Invoke();

        Assert.Matches("^{\"drift\":15[0-9]+}\n$", written);
        Assert.Equal(written, output.ToString());
    }

    private sealed class Watched(string text, Action<int> before) : TextReader
    {
        private int _at;

        public override int Read(char[] buffer, int index, int count)
        {
            before(_at);
            int read = Math.Min(Math.Min(count, 100), text.Length - _at);
            text.CopyTo(_at, buffer, index, read);
            _at += read;
            return read;
        }
    }

    [Theory]
    [InlineData("01x", false, 1, "value 0 was '01x'; must be 0 or 1 (use --reals for numbers).")]
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
