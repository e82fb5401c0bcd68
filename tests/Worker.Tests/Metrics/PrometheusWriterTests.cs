using System.Globalization;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Metrics;

namespace StreamMoe.Worker.Tests.Metrics;

/// <summary>The text is what the instruments read at that moment, whatever they read before.</summary>
public sealed class PrometheusWriterTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("a\"b\\c\nd\n")]
    [InlineData("{x=\"1\"} 2")]
    [InlineData("größe 🙂")]
    public void Label_AnyText_ComesBack(string value)
        => Assert.Equal(value, Assert.Single(Scraped(new MetricInstrument("m", InstrumentKind.Gauge, "Help.", ["l"], () => [new([value], 1)])).Families["m"].Samples).Labels["l"]);

    [Theory]
    [InlineData(0)]
    [InlineData(-0.5)]
    [InlineData(12345678901234)]
    [InlineData(0.1 + 0.2)]
    [InlineData(1e300)]
    public void Number_AnyCulture_ComesBackInFull(double value)
    {
        CultureInfo before = CultureInfo.CurrentCulture, comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = comma;
        try
        {
            Assert.Equal(value, Scraped(new MetricInstrument("m", InstrumentKind.Gauge, "Help.", [], () => [new([], value)])).Value("m"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Counter_RestoredToAnEarlierValue_FallsToItAndRisesFromThere()
    {
        double value = 0;
        PrometheusWriter writer = new([new MetricInstrument("c_total", InstrumentKind.Counter, "Help.", ["partition"], () => [new(["7"], value)])]);
        foreach (double next in new[] { 5.0, 9, 9, 4, 4, 6, 0 })
        {
            value = next;
            Assert.Equal(next, Scraped(writer).Value("c_total", ("partition", "7")));
        }
    }

    [Fact]
    public async Task Instrument_ThatThrows_CostsItsScrapeAlone()
    {
        bool fails = true;
        PrometheusWriter writer = new([new MetricInstrument("m", InstrumentKind.Gauge, "Help.", [], () => fails ? throw new InvalidOperationException("by design") : [new([], 7)])]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.ScrapeAsync(CancellationToken.None));
        fails = false;
        Assert.Equal(7, Scraped(writer).Value("m"));
    }

    [Fact]
    public void Series_ThatIsReadNoMore_GoesAndComesBackWithItsNewValue()
    {
        string[] partitions = ["1", "2"];
        PrometheusWriter writer = new([new MetricInstrument("c_total", InstrumentKind.Counter, "Help.", ["partition"], () => partitions.Select(p => new MetricReading([p], p == "2" ? 3 : 8)))]);
        Assert.Equal(["1", "2"], Scraped(writer).Families["c_total"].Samples.Select(s => s.Labels["partition"]).Order());
        partitions = ["2"];
        Assert.Equal("2", Assert.Single(Scraped(writer).Families["c_total"].Samples).Labels["partition"]);
        partitions = [];
        Assert.Empty(Scraped(writer).Families["c_total"].Samples);
        partitions = ["1"];
        Assert.Equal(8, Scraped(writer).Value("c_total"));
    }

    [Fact]
    public void Histogram_ScrapedBetweenValues_HasTheCountsAndTheSumOfTheValues()
    {
        LatencyHistogram source = new();
        Random random = new(1);
        PrometheusWriter writer = OfHistogram(() => source);
        List<TimeSpan> values = [];
        for (int scrape = 0; scrape < 50; scrape++)
        {
            for (int i = 0; i < scrape * 7 % 40; i++)
            {
                TimeSpan value = i % 5 == 0 ? TimeSpan.FromSeconds(LatencyHistogram.CoarseBounds[random.Next(18)]) : TimeSpan.FromMicroseconds(Math.Pow(2, random.NextDouble() * 26));
                int times = random.Next(1, 4);
                source.Add(value, times);
                values.AddRange(Enumerable.Repeat(value, times));
            }
            AssertExact(values, Scraped(writer));
        }
    }

    [Fact]
    public void Histogram_OfAPartitionThatCameBack_BeginsAnewThoughItsCountsAreNotLower()
    {
        LatencyHistogram source = new();
        PrometheusWriter writer = OfHistogram(() => source);
        source.Add(TimeSpan.FromMilliseconds(3));
        AssertExact([TimeSpan.FromMilliseconds(3)], Scraped(writer));
        source = new LatencyHistogram();
        source.Add(TimeSpan.FromMilliseconds(2.5), 2);
        AssertExact([TimeSpan.FromMilliseconds(2.5), TimeSpan.FromMilliseconds(2.5)], Scraped(writer));
    }

    /// <summary>Whatever a scrape comes between, counts and sum belong together: each value is 3 ms, so the sum tells the count.</summary>
    [Fact]
    public async Task Histogram_ScrapedWhileItCounts_IsOfOneMoment()
    {
        LatencyHistogram source = new();
        PrometheusWriter writer = OfHistogram(() => source);
        Task adding = Task.Run(() =>
        {
            for (int i = 0; i < 3_000_000; i++) source.Add(TimeSpan.FromMilliseconds(3));
        }, TestContext.Current.CancellationToken);
        do
        {
            Exposition found = Scraped(writer);
            Assert.Equal(found.Families["h"].Samples.Single(s => s.Name == "h_count").Value * 0.003, found.Families["h"].Samples.Single(s => s.Name == "h_sum").Value, 1e-6);
        }
        while (!adding.IsCompleted);
        await adding;
        Assert.Equal(3_000_000, Scraped(writer).Value("h", ("le", "0.004096")));
    }

    private static PrometheusWriter OfHistogram(Func<LatencyHistogram> source) => new([new MetricInstrument("h", InstrumentKind.Histogram, "Help.", ["partition"], () => [new(["7"], 0, source())])]);

    private static void AssertExact(List<TimeSpan> values, Exposition found)
    {
        List<Exposition.Sample> samples = found.Families["h"].Samples;
        Assert.Equal([.. LatencyHistogram.CoarseBounds.Select(b => (double)values.Count(v => v.TotalSeconds <= b)), values.Count],
            samples.Where(s => s.Name == "h_bucket").OrderBy(s => s.Labels["le"] == "+Inf" ? double.MaxValue : double.Parse(s.Labels["le"], CultureInfo.InvariantCulture)).Select(s => s.Value));
        Assert.Equal(values.Count, samples.Single(s => s.Name == "h_count").Value);
        Assert.Equal(values.Sum(v => v.Ticks) / 1e7, samples.Single(s => s.Name == "h_sum").Value, 1e-9 * Math.Max(1, values.Count));
    }

    private static Exposition Scraped(MetricInstrument instrument) => Scraped(new PrometheusWriter([instrument]));

    private static Exposition Scraped(PrometheusWriter writer) => Exposition.Parse(writer.ScrapeAsync(CancellationToken.None).Result.Span);
}
