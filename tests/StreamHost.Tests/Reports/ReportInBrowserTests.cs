using Microsoft.Playwright;
using StreamMoe.StreamHost.Tests.Live;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Reports;

/// <summary>Reports in a headless Chromium, opened from disk.</summary>
public sealed class ReportInBrowserTests : IDisposable
{
    // Whether each drawing area shows anything.
    private const string Drawn = """
        [...document.querySelectorAll("canvas")].map((canvas) => {
          const blank = document.createElement("canvas");
          [blank.width, blank.height] = [canvas.width, canvas.height];
          return canvas.width > 0 && canvas.toDataURL() !== blank.toDataURL();
        })
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ReplayReport_FromDisk_DrawsItsChartsAndAsksNoOne()
    {
        string file = _folder.File("report.html");
        ReportText.Of(file, "replay", "sine:function=1 @4000/1 sine:function=2", "--instances", "8000");

        await Look(file, charts: 4);
    }

    [Fact]
    public async Task CompareReport_FromDisk_DrawsItsChartsAndAsksNoOne()
    {
        string file = _folder.File("report.html");
        ReportText.Of(file, "compare", "sine-abrupt", "stagger-abrupt", "--models", "naive-bayes,hoeffding-tree,majority", "--seeds", "1", "--instances", "5000");

        await Look(file, charts: 2);
    }

    [Fact]
    public async Task ReplayReport_PrintedFromADarkPhone_DrawsItsChartsInLightColoursAndAsWideAsPaper()
    {
        const string Bars = "document.querySelector('#chart-pool canvas')";
        string file = _folder.File("report.html");
        ReportText.Of(file, "replay", "sine:function=1 @4000/1 sine:function=2", "--instances", "8000");
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await LaunchAsync(playwright);
        IPage page = await browser.NewPageAsync(new() { ColorScheme = ColorScheme.Dark, ViewportSize = new() { Width = 390, Height = 900 } });
        await page.GotoAsync(new Uri(file).AbsoluteUri);
        await page.EvaluateAsync($$"""
            // The commonest colour: that of the bars of active experts.
            window.bar = () => {
              const canvas = {{Bars}}, counts = new Map();
              const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
              for (let i = 0; i < data.length; i += 4) {
                const colour = data.slice(i, i + 3).join();
                if (data[i + 3] === 255) counts.set(colour, (counts.get(colour) ?? 0) + 1);
              }
              return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
            };
            addEventListener("beforeprint", () => { window.printed = [bar(), ...({{Drawn}}), ...[...document.querySelectorAll("canvas")].map((canvas) => canvas.width)]; });
            """);
        await page.WaitForFunctionAsync("bar() === '75,147,222'");

        await page.PdfAsync();

        Assert.Equal(["47,120,196", "true", "true", "true", "true", "720", "720", "720", "720"], await page.EvaluateAsync<string[]>("printed.map(String)"));
        await page.WaitForFunctionAsync($"bar() === '75,147,222' && {Bars}.width < 390");
    }

    // Chromium's sandbox does not work for root, as whom tests in containers run.
    private static Task<IBrowser> LaunchAsync(IPlaywright playwright)
        => playwright.Chromium.LaunchAsync(new() { ExecutablePath = ChromiumBrowser.Executable, Args = ["--no-sandbox"] });

    private static async Task Look(string file, int charts)
    {
        string address = new Uri(file).AbsoluteUri;
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await LaunchAsync(playwright);
        foreach (int width in (int[])[1440, 390])
        {
            LookedAtPage page = new(await browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 900 } }), address);
            await page.Page.GotoAsync(address);
            await page.WaitAsync($"({Drawn}).length >= {charts} && ({Drawn}).every((drawn) => drawn)");

            Assert.Equal(charts, await page.EvaluateAsync<int>("document.querySelectorAll('canvas').length"));
            Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            Assert.Empty(page.Faults);
            Assert.Equal([address], page.Requests);
        }
    }
}
