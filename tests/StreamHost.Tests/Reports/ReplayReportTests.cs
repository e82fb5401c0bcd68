using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Reports;

public sealed class ReplayReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Replay_Report_SaysWhatTheJsonSays()
    {
        string[] arguments = ["replay", "stagger-abrupt", "--model", "hoeffding-tree", "--set", "gracePeriod=50", "--seed", "7", "--instances", "30000", "--threads", "1"];

        ReportText report = ReportText.Of(_folder.File("report.html"), arguments);
        JsonElement json = Cli.Json(arguments);

        Assert.Contains("hoeffding-tree on stagger-abrupt", report.Words);
        Assert.Contains($"Accuracy {Percent(json.GetProperty("accuracy"))} {Percent(json.GetProperty("window").GetProperty("accuracy"))} floor: majority class", report.Words);
        Assert.Contains($"Kappa-T (against no change) {Percent(json.GetProperty("kappaT"))}", report.Words);
        Assert.Contains("Seed 7", report.Words);
        Assert.Contains("gracePeriod 50 200", report.Words);
        Assert.Contains("streammoe replay stagger-abrupt --model hoeffding-tree --set gracePeriod=50 --seed 7 --instances 30000 --threads 1 --report", report.Words);
        Assert.Contains("Runtime .NET", report.Words);
        Assert.Equal(json.GetProperty("perClass").EnumerateArray().Select(c => Percent(c.GetProperty("f1"))), Regex.Matches(report.Words, @"(?<=(?:true|false) [\d.]+ % [\d.]+ % )[\d.]+ %").Select(m => m.Value));
        JsonElement accuracy = report.Charts.GetProperty("chart-accuracy").GetProperty("data");
        Assert.Equal(json.GetProperty("curve").EnumerateArray().Select(p => p.GetProperty("position").GetInt64()), accuracy.GetProperty("x").EnumerateArray().Select(x => x.GetInt64()));
        Assert.Equal(["hoeffding-tree", "no change", "majority class"], accuracy.GetProperty("lines").EnumerateArray().Select(l => l.GetProperty("name").GetString()));
        foreach (JsonElement line in accuracy.GetProperty("lines").EnumerateArray())
            Assert.Equal(json.GetProperty("curve").GetArrayLength(), line.GetProperty("values").EnumerateArray().Count(v => v.ValueKind == JsonValueKind.Number));
        Assert.Equal(30000, accuracy.GetProperty("axis").GetProperty("max").GetInt64());
        report.AssertAsksNoOne();
    }

    [Fact]
    public void Replay_Report_ChangesNoResult()
    {
        string[] arguments = ["replay", "sea:function=1 @4000/50 sea:function=4", "--instances", "9000", "--label-delay", "100"];
        string[] timed = ["seconds", "cpuSeconds", "instancesPerSecond", "peakMemoryBytes"];

        JsonElement with = Cli.Json([.. arguments, "--report", _folder.File("report.html")]), without = Cli.Json(arguments);

        Assert.Equal(Untimed(without), Untimed(with));

        Dictionary<string, string> Untimed(JsonElement result)
            => result.EnumerateObject().Where(p => !timed.Contains(p.Name)).ToDictionary(p => p.Name, p => p.Value.GetRawText());
    }

    [Fact]
    public void Replay_Report_TellsOfExpertsRoutingAndDrifts()
    {
        ReportText report = ReportText.Of(_folder.File("report.html"), "replay", "sine:function=1 @4000/1 sine:function=2", "--instances", "8000", "--format", "json");

        JsonElement pool = report.Charts.GetProperty("chart-pool").GetProperty("data"), routing = report.Charts.GetProperty("chart-routing").GetProperty("data");
        Assert.True(pool.GetProperty("experts").GetArrayLength() > 3);
        foreach (JsonElement expert in pool.GetProperty("experts").EnumerateArray())
        {
            JsonElement[] intervals = [.. expert.GetProperty("intervals").EnumerateArray()];
            Assert.Equal(0, intervals[0].GetProperty("from").GetInt64());
            Assert.Equal(8000, intervals[^1].GetProperty("to").GetInt64());
            for (int i = 1; i < intervals.Length; i++) Assert.Equal(intervals[i - 1].GetProperty("to").GetInt64(), intervals[i].GetProperty("from").GetInt64());
        }
        int points = routing.GetProperty("x").GetArrayLength();
        Assert.True(points >= 8000 / 512);
        for (int i = 0; i < points; i++)
            Assert.Equal(1, routing.GetProperty("rows").EnumerateArray().Sum(r => r.GetProperty("shares")[i].GetDouble()), 2);
        JsonElement drift = report.Charts.GetProperty("chart-accuracy").GetProperty("data").GetProperty("marks").EnumerateArray().First(m => m.GetProperty("kind").GetString() == "drift");
        long position = drift.GetProperty("x").GetInt64();
        Assert.InRange(position, 3999, 5000);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{position:N0} +{position - 4000:N0} mixture adwin error 0."), report.Words);
        Assert.Contains("By its making the stream drifts at 4,000", report.Words);
    }

    [Fact]
    public void Replay_HostileNames_StayText()
    {
        const string evil = "</script><script>alert('1')</script>", tag = "<img src=x onerror=\"alert(2)\">";
        string rows = string.Concat(Enumerable.Range(0, 400).Select(i => $"{i % 7},{(i % 7 > 3 ? evil : tag.Replace("\"", "\"\""))}\n".Replace(tag.Replace("\"", "\"\""), $"\"{tag.Replace("\"", "\"\"")}\"")));
        string data = _folder.Write("a&b<i>'quoted'.csv", $"<b onclick=alert(3)>,class\n{rows}");

        ReportText report = ReportText.Of(_folder.File("report.html"), "replay", data, "--model", "moe-data", "--window", "100");

        Assert.Contains(evil, report.Words);
        Assert.Contains(tag, report.Words);
        Assert.DoesNotContain("<script>alert", report.Html);
        Assert.DoesNotContain("<img", report.Body);
        Assert.DoesNotContain("<i>", report.Body);
        Assert.Equal(5, Regex.Count(report.Html, "<script[ >]"));
        Assert.Contains(@"'\''quoted", report.Words);
        Assert.NotEmpty(report.Charts.EnumerateObject());
        report.AssertAsksNoOne();
    }

    [Fact]
    public void Replay_Resumed_SaysFromWhereTheDataBegin()
    {
        string checkpoint = _folder.File("state.checkpoint");
        string[] arguments = ["replay", "sine-abrupt", "--model", "naive-bayes", "--instances", "6000"];
        Assert.Equal(0, Cli.Run([.. arguments, "--checkpoint", checkpoint, "--stop-after", "2500"]).ExitCode);

        ReportText report = ReportText.Of(_folder.File("report.html"), [.. arguments, "--resume", checkpoint]);

        Assert.Contains("Resumed at instance 2,500.", report.Words);
        JsonElement accuracy = report.Charts.GetProperty("chart-accuracy").GetProperty("data");
        Assert.Equal(6, accuracy.GetProperty("x").GetArrayLength());
        Assert.Equal(4, accuracy.GetProperty("lines")[1].GetProperty("values").EnumerateArray().Count(v => v.ValueKind == JsonValueKind.Number));
        Assert.True(report.Charts.GetProperty("chart-throughput").GetProperty("data").GetProperty("x")[0].GetInt64() > 2500);
        report.AssertAsksNoOne();
    }

    [Theory]
    [InlineData("missing/report.html", "does not exist; create it")]
    [InlineData(".", "which is a folder")]
    [InlineData("", "was empty")]
    public void Replay_ReportThatCannotBeWritten_IsRefusedBeforeTheReplay(string name, string expected)
    {
        string predictions = _folder.File("predictions.csv");

        Cli run = Cli.Run("replay", "sine-abrupt", "--model", "majority", "--instances", "100", "--predictions", predictions, "--report", name.Length == 0 ? name : _folder.File(name));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--report was", run.Error);
        Assert.Contains(expected, run.Error);
        Assert.Equal("", run.Output);
        Assert.False(File.Exists(predictions));
    }

    [Fact]
    public void Replay_Report_TakesThePlaceOfAnEarlierOneAndLeavesNothingBeside()
    {
        string file = _folder.Write("report.html", "earlier");

        ReportText report = ReportText.Of(file, "replay", "sine-abrupt", "--model", "majority", "--instances", "500");

        Assert.StartsWith("<!doctype html>", report.Html);
        Assert.Equal([file], Directory.GetFiles(Path.GetDirectoryName(file)!));
    }

    private static string Percent(JsonElement ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio.GetDouble() * 100:0.00} %");
}
