using System.Text;
using StreamMoe.Worker.Metrics;

namespace StreamMoe.StreamHost.Tests.Metrics;

/// <summary>The text format, byte by byte.</summary>
public sealed class PrometheusTextTests
{
    [Fact]
    public void Family_HelpWithBackslashAndLineEnd_IsEscapedAndQuotesAreNot()
        => Assert.Equal("# HELP a_total Says \"b\\\\c\",\\nthen d.\n# TYPE a_total counter\n", Written(t => t.Family("a_total", "counter", "Says \"b\\c\",\nthen d.")));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("a\"b", "a\\\"b")]
    [InlineData("a\\b", "a\\\\b")]
    [InlineData("a\nb\n", "a\\nb\\n")]
    [InlineData("\\\"\n", "\\\\\\\"\\n")]
    [InlineData("{x=\"1\"} 2", "{x=\\\"1\\\"} 2")]
    [InlineData("größe 🙂", "größe 🙂")]
    public void Sample_LabelValue_IsEscaped(string value, string expected)
        => Assert.Equal($"m{{l=\"{expected}\"}} 1\n", Written(t => t.Sample("m", "", [new("l", value)], 1)));

    [Fact]
    public void Sample_HalfASurrogatePair_IsValidUtf8() // not a theory: an attribute cannot hold it
        => Assert.Equal("m{l=\"half \ufffd pair\"} 1\n", Written(t => t.Sample("m", "", [new("l", "half \ud800 pair")], 1)));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(12345678901234, "12345678901234")]
    [InlineData(0.1 + 0.2, "0.30000000000000004")]
    [InlineData(1e300, "1E+300")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    public void Sample_Number_IsWrittenInFullWhateverTheCulture(double value, string expected)
    {
        System.Globalization.CultureInfo before = System.Globalization.CultureInfo.CurrentCulture;
        System.Globalization.CultureInfo comma = (System.Globalization.CultureInfo)System.Globalization.CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        System.Globalization.CultureInfo.CurrentCulture = comma;
        try
        {
            Assert.Equal($"m {expected}\n", Written(t => t.Sample("m", "", [], value)));
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Sample_LabelsOfOtherTypes_AreWrittenAsText()
        => Assert.Equal("m{topic=\"t\",partition=\"7\",none=\"\"} 2\n", Written(t => t.Sample("m", "", [new("topic", "t"), new("partition", 7), new("none", null)], 2)));

    [Fact]
    public void Sample_Bucket_HasItsBoundLast()
        => Assert.Equal("h_bucket{a=\"b\",le=\"0.25\"} 3\nh_bucket{le=\"+Inf\"} 4\n", Written(t =>
        {
            t.Sample("h", "_bucket", [new("a", "b")], 3, 0.25);
            t.Sample("h", "_bucket", [], 4, double.PositiveInfinity);
        }));

    private static string Written(Action<PrometheusText> write)
    {
        PrometheusText text = new();
        text.Family("before", "gauge", "");
        text.Clear();
        write(text);
        return Encoding.UTF8.GetString(text.Written.Span);
    }
}
