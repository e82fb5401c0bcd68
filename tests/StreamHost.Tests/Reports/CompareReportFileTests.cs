using System.Text.Json;
using StreamMoe.StreamHost.Reports;
using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Reports;

public sealed class CompareReportFileTests : IDisposable
{
    private static readonly string[] s_arguments =
        ["compare", "sine-abrupt", "stagger-abrupt", "--models", "naive-bayes,hoeffding-tree:gracePeriod=50,majority", "--seeds", "1,2", "--instances", "4000"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Compare_Report_HasRanksTestsAccuracyCurvesSpeedAndOptions()
    {
        ReportText report = ReportText.Of(_folder.File("report.html"), s_arguments);

        Assert.Contains("3 models on 2 streams", report.Words);
        Assert.Contains("Friedman χ²", report.Words);
        Assert.Contains("critical difference", report.Words);
        Assert.Contains("Instances a CPU second Stream naive-bayes hoeffding-tree:gracePeriod=50 majority sine-abrupt", report.Words);
        Assert.Contains("gracePeriod 50 200", report.Words);
        Assert.Contains("Seeds 1, 2", report.Words);
        Assert.Contains("The process peaked at", report.Words);
        Assert.Equal(2, System.Text.RegularExpressions.Regex.Count(report.Body, "<svg"));
        JsonElement chart = report.Charts.GetProperty("chart-stream-1").GetProperty("data");
        Assert.Equal(["naive-bayes", "hoeffding-tree:gracePeriod=50", "majority"], chart.GetProperty("lines").EnumerateArray().Select(l => l.GetProperty("name").GetString()));
        Assert.Equal([1000, 2000, 3000, 4000], chart.GetProperty("x").EnumerateArray().Select(x => x.GetInt32()));
        report.AssertAsksNoOne();
    }

    [Fact]
    public void Compare_Report_AccuracyIsThatOfTheJson()
    {
        string file = _folder.File("report.html");
        JsonElement json = Cli.Json([.. s_arguments, "--report", file]);

        string cell = string.Create(System.Globalization.CultureInfo.InvariantCulture, $">{json.GetProperty("results")[0].GetProperty("accuracy").GetDouble() * 100:0.00}</span>");
        Assert.Contains(cell, File.ReadAllText(file));
    }

    [Fact]
    public void Compare_ReportOfEarlierResults_SaysThatItHasNoCurves()
    {
        string document = _folder.Write("runs.json", Cli.Run([.. s_arguments, "--format", "json"]).Output);

        ReportText report = ReportText.Of(_folder.File("report.html"), "compare", "--results", document);

        Assert.Contains("Earlier documents have no curves", report.Words);
        Assert.Contains("The runs were made earlier", report.Words);
        Assert.Empty(report.Charts.EnumerateObject());
    }

    [Fact]
    public void Compare_ReportInAMissingFolder_IsRefused()
    {
        Cli run = Cli.Run([.. s_arguments, "--report", _folder.File("missing/report.html")]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("does not exist; create it", run.Error);
        Assert.Equal("", run.Output);
    }

    [Theory]
    [InlineData(1.0, new[] { 1.0, 1.5, 2.2, 4.0 }, "0-1 1-2")]
    [InlineData(1.3, new[] { 1.0, 1.5, 2.2, 4.0 }, "0-2")]
    [InlineData(0.5, new[] { 1.0, 1.5, 2.2, 4.0 }, "")]
    [InlineData(5.0, new[] { 1.0, 1.5, 2.2, 4.0 }, "0-3")]
    public void Groups_AreTheLongestRunsCloserThanTheDifference(double difference, double[] ranks, string expected)
        => Assert.Equal(expected, string.Join(' ', CriticalDifferenceDiagram.Groups(ranks, difference).Select(g => $"{g.First}-{g.Last}")));

    [Theory]
    [InlineData("led-abrupt", "led-abrupt")]
    [InlineData("sea:function=1 @5/1 sea", "'sea:function=1 @5/1 sea'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("$(rm x)", "'$(rm x)'")]
    [InlineData("", "''")]
    public void Quoted_ReadsBackInAShell(string argument, string expected) => Assert.Equal(expected, ReportOrigin.Quoted(argument));
}
