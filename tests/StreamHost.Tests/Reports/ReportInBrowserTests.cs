using Microsoft.Playwright;
using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.StreamHost.Tests.Live;

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

    [ChromiumFact]
    public async Task ReplayReport_FromDisk_DrawsItsChartsAndAsksNoOne()
    {
        string file = _folder.File("report.html");
        ReportText.Of(file, "replay", "sine:function=1 @4000/1 sine:function=2", "--instances", "8000");

        await Look(file, charts: 4);
    }

    [ChromiumFact]
    public async Task CompareReport_FromDisk_DrawsItsChartsAndAsksNoOne()
    {
        string file = _folder.File("report.html");
        ReportText.Of(file, "compare", "sine-abrupt", "stagger-abrupt", "--models", "naive-bayes,hoeffding-tree,majority", "--seeds", "1", "--instances", "5000");

        await Look(file, charts: 2);
    }

    private static async Task Look(string file, int charts)
    {
        string address = new Uri(file).AbsoluteUri;
        using IPlaywright playwright = await Playwright.CreateAsync();
        // Chromium's sandbox does not work for root, as whom tests in containers run.
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = ChromiumFactAttribute.Executable, Args = ["--no-sandbox"] });
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
