using System.Net;
using Microsoft.Playwright;
using StreamMoe.StreamHost.Tests.Service;

namespace StreamMoe.StreamHost.Tests.Live;

/// <summary>A worker on the built-in stream, which drifts every few seconds, and a browser to look at it.</summary>
public sealed class LiveWorker : IAsyncLifetime
{
    private readonly WorkerProcess _process = new(["embedded:driftEvery=5000", "embedded:rate=2500"]);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <value>Where it listens, without a slash at the end.</value>
    public string Address { get; private set; } = "";

    /// <inheritdoc/>
    public ValueTask InitializeAsync()
    {
        _process.AwaitReady();
        _process.Await(() => _process.Get("/api/live?learner=embedded-l0") is (HttpStatusCode.OK, { } live) && live.Contains("\"learner\":", StringComparison.Ordinal), "the learner");
        Address = _process.Address!;
        return ValueTask.CompletedTask;
    }

    /// <summary>A page of a new browser context that has not been anywhere yet.</summary>
    internal async Task<LookedAtPage> NewPageAsync(int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        _playwright ??= await Playwright.CreateAsync();
        // Chromium's sandbox does not work for root, as whom tests in containers run.
        _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = ChromiumBrowser.Executable, Args = ["--no-sandbox"] });
        IBrowserContext context = await _browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = scheme });
        return new LookedAtPage(await context.NewPageAsync(), Address);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        _process.Dispose();
    }
}
