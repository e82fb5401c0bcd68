using System.Buffers;
using System.Text.Json;
using Microsoft.Playwright;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.History;

namespace StreamMoe.StreamHost.Tests.Live;

/// <summary>The live page in a headless Chromium, before a worker whose stream drifts every two seconds.</summary>
[Trait("Category", "Slow")]
public sealed class LiveBrowserTests(LiveWorker worker) : IClassFixture<LiveWorker>
{
    // A message as /api/events sends one, number i; the experts' states and the marks change with it.
    private const string Inject = """
        async ([from, to]) => {
          for (let i = from; i < to; i++) {
            StreamMoeLive.apply({
              worker: { version: "x", model: "adaptive", source: "embedded", guarantee: "", ready: true, uptime: i, learners: ["embedded-l0"] },
              learner: { name: "embedded-l0", position: 1000 * i, learned: 1000 * i, experts: 3, archived: 0, modelBytes: 1e6, waiting: 0, p50: 1, p99: 2, deadLetters: {} },
              serial: 1e9 + i, points: [[1e8 + 1000 * i, 2e9 + i, 0.9 + 0.05 * Math.sin(i), 0.9, 0.9, 0.5, 0.6, 1000, 5, [0.5, 0.3, 0.2]]],
              experts: i % 20 ? [] : [{ row: 0, id: 0, kind: "net", states: [[1e8, 2e9, "active"], [1e8 + 1000 * i, 2e9 + i, "trial"]], events: [[1e8 + 1000 * i, 2e9 + i, "spawn"]] }],
              marks: i % 20 ? [] : [{ position: 1e8 + 1000 * i, time: 2e9 + i, kind: "drift", source: "mixture", detector: "adwin", count: 1 }],
              audit: i % 20 ? [] : [{ serial: 1e9 + i, position: 1e8 + 1000 * i, time: "", kind: "drift", expert: -1, about: "mixture", detector: "adwin", evidence: { error: 0.5 } }],
              deadLetters: i % 50 ? [] : [{ serial: 1e9 + i, time: 2e9, reason: "not-json", error: "events-0@1: no.", source: "events-0@1", bytes: 3, value: "abc" }] });
            if (i % 400 === 0) await new Promise(requestAnimationFrame);
          }
          await new Promise(requestAnimationFrame);
          await new Promise(requestAnimationFrame);
        }
        """;

    // A learner whose partitions differ, and a drift of which the page should say whose record it was.
    private const string Differing = """
        async () => {
          StreamMoeLive.apply({
            worker: { version: "x", model: "adaptive", source: "kafka", guarantee: "exactly-once", ready: true, uptime: 9, learners: ["events-l0"] },
            learner: { name: "events-l0", position: 24001, learned: 24001, experts: 1, archived: 0, modelBytes: 1e6, waiting: 0, p50: 1, p99: 2, deadLetters: {}, partitionsDiffer: true,
              partitions: [{ partition: 0, events: 12000, scored: 12000, accuracy: 0.931 }, { partition: 1, events: 12001, scored: 12001, accuracy: 0.624 }, { partition: 2, events: 0, scored: 0, accuracy: null }] },
            serial: 1e9, points: [[24001, 2e9, 0.8, 0.8, 0.8, 0.5, 0.6, 1000, 5, []]], experts: [], marks: [], deadLetters: [],
            audit: [{ serial: 1e9, position: 20017, source: "events-1@17", time: "", kind: "drift", expert: -1, about: "mixture", detector: "adwin", evidence: { error: 0.5 } }] });
          await new Promise(requestAnimationFrame);
          await new Promise(requestAnimationFrame);
        }
        """;

    // Text that stands on its background with less than 4.5 : 1, one line each.
    private const string FaintText = """
        () => {
          const parse = (c) => c.match(/[\d.]+/g).map(Number);
          const light = (c) => c.slice(0, 3).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
          const behind = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
          const faint = [];
          for (const e of document.querySelectorAll("body *")) {
            if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || !e.checkVisibility()) continue;
            const a = light(parse(getComputedStyle(e).color)), b = light(behind(e)), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (ratio < 4.5) faint.push(`${e.tagName}.${e.className} "${e.textContent.trim().slice(0, 30)}" ${ratio.toFixed(2)}`);
          }
          return faint;
        }
        """;

    // What can be focused and has no name.
    private const string Nameless = """
        () => [...document.querySelectorAll("a, button, input, select, summary, [tabindex]")].filter((e) => e.checkVisibility() && e.tagName !== "MAIN").filter((e) => {
          const by = (e.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join("");
          return !(e.getAttribute("aria-label") || by || [...(e.labels ?? [])].map((l) => l.textContent).join("") || (e.tagName === "INPUT" || e.tagName === "SELECT" ? "" : e.textContent)).trim();
        }).map((e) => e.outerHTML.slice(0, 80))
        """;

    [Fact]
    public async Task Open_ShowsFiguresThatGoOn_WithoutAFaultAndWithoutOutsideRequests()
    {
        LookedAtPage page = await worker.NewPageAsync();
        await page.OpenAsync();
        string position = await page.TextAsync("t-position");
        await page.WaitAsync($"document.getElementById('t-position').textContent !== '{position}'");
        int points = await page.EvaluateAsync<int>("StreamMoeLive.sizes.points");
        await page.WaitAsync($"StreamMoeLive.sizes.points > {points + 2}");
        Assert.Equal("Ready", await page.TextAsync("health-text"));
        Assert.Empty(page.Faults);
        Assert.All(page.Requests, url => Assert.StartsWith(page.Address, url));
        Assert.Equal(5, await page.EvaluateAsync<int>("document.querySelectorAll('.chart-plot').length"));
    }

    [Fact]
    public async Task Drift_OfTheStream_AppearsInChartsAndLists()
    {
        LookedAtPage page = await worker.NewPageAsync();
        await page.OpenAsync();
        await page.WaitAsync("Number(document.getElementById('t-drifts').textContent) > 0");
        await page.WaitAsync("document.querySelector('#audit .drift')");
        await page.WaitAsync("document.querySelector('#c-accuracy .chart-plot').getAttribute('aria-label').includes('in view, the last at')");
        await page.WaitAsync("document.querySelector('#audit .spawn')");
        Assert.Contains("Last drift at event", await page.TextAsync("story"));
        Assert.True(await page.EvaluateAsync<bool>("""
            () => {
              const canvas = document.querySelector("#c-pool canvas"), drift = getComputedStyle(canvas).getPropertyValue("--chart-drift").match(/[0-9a-f]{2}/gi).map((h) => parseInt(h, 16));
              const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, 20).data;
              for (let i = 0; i < pixels.length; i += 4) if (drift.every((v, c) => Math.abs(v - pixels[i + c]) < 3) && pixels[i + 3] > 250) return true;
              return false;
            }
            """), "No pixel above the rows of the pool has the colour of a drift.");
        Assert.Empty(page.Faults);
    }

    [Fact]
    public async Task PartitionsDiffer_TheAccuracyOfEachIsShown()
    {
        LookedAtPage page = await worker.NewPageAsync();
        await page.OpenAsync();
        Assert.False(await page.EvaluateAsync<bool>("document.getElementById('s-partitions').checkVisibility()"));
        await page.EvaluateAsync<object>("StreamMoeLive.stop()");
        await page.Page.EvaluateAsync(Differing);

        Assert.Equal(["Partition 0 93.1 % 12,000 labelled", "Partition 1 62.4 % 12,001 labelled", "Partition 2 – 0 labelled"], await page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('#partitions .tile')].map((t) => [...t.children].map((c) => c.textContent.replace(/\\s/g, ' ')).join(' '))"));
        Assert.True(await page.EvaluateAsync<bool>("document.getElementById('s-partitions').checkVisibility()"));
        Assert.Contains("events-1@17", await page.EvaluateAsync<string>("document.querySelector('#audit .evidence').textContent"));
        Assert.Empty(await page.EvaluateAsync<string[]>(FaintText));
        Assert.Empty(page.Faults);
    }

    [Fact]
    public async Task Messages_OfADay_NeitherGrowNorFault()
    {
        LookedAtPage page = await worker.NewPageAsync();
        await page.OpenAsync();
        await page.Page.CheckAsync("input[name=span][value=all]", new PageCheckOptions { Force = true });
        await page.WaitAsync("StreamMoeLive.sizes.points > 1");
        await page.EvaluateAsync<object>("StreamMoeLive.stop()");
        ICDPSession devTools = await page.Page.Context.NewCDPSessionAsync(page.Page);
        await page.Page.EvaluateAsync(Inject, new[] { 0, 10_000 });
        double before = await HeapAsync(devTools);
        int nodes = await page.EvaluateAsync<int>("document.querySelectorAll('*').length");
        await page.Page.EvaluateAsync(Inject, new[] { 10_000, 96_400 });
        double after = await HeapAsync(devTools);
        Assert.InRange(after - before, -double.MaxValue, 2 * 1024 * 1024);
        Assert.InRange(await page.EvaluateAsync<int>("StreamMoeLive.sizes.points"), 500, 2000);
        Assert.InRange(await page.EvaluateAsync<int>("StreamMoeLive.sizes.marks"), 100, 800);
        Assert.InRange(await page.EvaluateAsync<int>("StreamMoeLive.sizes.notes"), 50, 100);
        Assert.InRange(await page.EvaluateAsync<int>("StreamMoeLive.sizes.letters"), 20, 20);
        Assert.InRange(await page.EvaluateAsync<int>("document.querySelectorAll('*').length"), 100, nodes + 20);
        Assert.Empty(page.Faults);
    }

    [Fact]
    public async Task Snapshot_OfADay_IsDrawn()
    {
        LookedAtPage page = await worker.NewPageAsync();
        byte[] day = Day();
        await page.Page.RouteAsync("**/api/live*", route => route.FulfillAsync(new RouteFulfillOptions { BodyBytes = day, ContentType = "application/json" }));
        await page.Page.RouteAsync("**/api/events*", route => route.FulfillAsync(new RouteFulfillOptions { BodyBytes = [.. "data: "u8, .. day, .. "\n\n"u8], ContentType = "text/event-stream" }));
        await page.Page.GotoAsync(page.Address + "/");
        await page.WaitAsync("document.getElementById('t-accuracy').textContent.includes('%') && document.querySelector('#c-accuracy canvas')");
        Assert.InRange(await page.EvaluateAsync<int>("StreamMoeLive.sizes.points"), PointSeries.MaxPoints / 2, PointSeries.MaxPoints);
        Assert.Equal("90.0 %", await page.TextAsync("t-accuracy"));
        Assert.Empty(page.Faults);
    }

    [Fact]
    public async Task Layout_PhoneAndDeskInBothThemes_FitsIsReadableAndNamed()
    {
        foreach (ColorScheme scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            foreach (int width in new[] { 360, 390, 768, 1440 })
            {
                LookedAtPage page = await worker.NewPageAsync(width, 900, scheme);
                await page.OpenAsync();
                await page.WaitAsync("document.querySelector('#audit li')");
                Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
                Assert.Empty(await page.EvaluateAsync<string[]>(FaintText));
                Assert.Empty(await page.EvaluateAsync<string[]>(Nameless));
                int[] headings = await page.EvaluateAsync<int[]>("[...document.querySelectorAll('h1,h2,h3,h4')].filter((h) => h.checkVisibility()).map((h) => Number(h.tagName[1]))");
                Assert.Equal(1, headings[0]);
                Assert.Single(headings, 1);
                for (int i = 1; i < headings.Length; i++) Assert.InRange(headings[i], 1, headings[i - 1] + 1);
                Assert.Empty(page.Faults);
                await page.Page.Context.CloseAsync();
            }
        }
    }

    [Fact]
    public async Task Keyboard_ReachesEverythingAndReadsTheCharts()
    {
        LookedAtPage page = await worker.NewPageAsync();
        await page.OpenAsync();
        await page.Page.FocusAsync("#c-accuracy .chart-plot");
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        await page.WaitAsync("/event [\\d,]+: accuracy/.test(document.querySelector('#c-accuracy .chart-readout').textContent)");
        await page.Page.FocusAsync("#c-pool .chart-plot");
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await page.WaitAsync("/#\\d+ [a-z-]+.*, (active|on trial|background|parked)/.test(document.querySelector('#c-pool .chart-readout').textContent)");
        await page.Page.FocusAsync("#c-heat .chart-table summary");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.WaitAsync("document.querySelectorAll('#c-heat table tbody tr').length > 3");
        await page.Page.FocusAsync("input[name=axis]:checked");
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.WaitAsync("document.querySelector('input[name=axis]:checked').value === 'time'");
        await page.Page.FocusAsync("#c-accuracy .chart-plot");
        await page.Page.Keyboard.PressAsync("Home");
        await page.WaitAsync("/^\\d\\d:\\d\\d:\\d\\d: accuracy/.test(document.querySelector('#c-accuracy .chart-readout').textContent)");
        Assert.Empty(page.Faults);
    }

    private static async Task<double> HeapAsync(ICDPSession devTools)
    {
        for (int i = 0; i < 3; i++) await devTools.SendAsync("HeapProfiler.collectGarbage");
        return (await devTools.SendAsync("Runtime.getHeapUsage"))!.Value.GetProperty("usedSize").GetDouble();
    }

    /// <summary>What <c>/api/live?span=all</c> answers after a day.</summary>
    private static byte[] Day()
    {
        ManualTime time = new();
        PartitionHistory history = new(time);
        PartitionFigures figures = new() { WindowAccuracy = 0.9, WindowMajority = 0.6, WindowNoChange = 0.5 };
        for (int i = 0; i < 2 * 86_400; i++)
        {
            time.Advance(TimeSpan.FromSeconds(0.5));
            figures.Records += 500;
            history.Sample(figures, 0);
        }
        ArrayBufferWriter<byte> bytes = new();
        using Utf8JsonWriter json = new(bytes);
        json.WriteStartObject();
        json.WritePropertyName("worker");
        json.WriteRawValue("""{"version":"x","model":"adaptive","source":"embedded","guarantee":"","ready":true,"uptime":1,"learners":["embedded-l0"]}""");
        json.WritePropertyName("learner");
        json.WriteRawValue("""{"name":"embedded-l0","position":1,"learned":1,"experts":3,"archived":0,"modelBytes":1,"waiting":0,"p50":1,"p99":2,"deadLetters":{}}""");
        history.Write(json, recent: false);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }
}
