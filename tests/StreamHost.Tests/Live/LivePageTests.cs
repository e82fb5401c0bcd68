using System.Net;
using System.Text.Json;
using StreamMoe.StreamHost.Tests.Service;
using StreamMoe.Tests.Common;
using StreamMoe.Worker.History;
using StreamMoe.Worker.Live;

namespace StreamMoe.StreamHost.Tests.Live;

/// <summary>The live page over HTTP.</summary>
public sealed class LivePageTests(LiveWorker worker) : IClassFixture<LiveWorker>
{
    private static readonly HttpClient s_http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 100 }) { Timeout = TimeSpan.FromSeconds(30) };

    [Fact]
    public async Task Page_IsStrictAboutWhatItLoads_AndIsNotSentTwice()
    {
        using HttpResponseMessage page = await s_http.GetAsync(worker.Address + "/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.StartsWith("default-src 'self';", Assert.Single(page.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(page.Headers.GetValues("X-Content-Type-Options")));
        string text = await page.Content.ReadAsStringAsync();
        Assert.DoesNotContain("http://", text);
        Assert.DoesNotContain("https://", text);
        using HttpRequestMessage again = new(HttpMethod.Get, worker.Address + "/");
        again.Headers.IfNoneMatch.Add(page.Headers.ETag!);
        using HttpResponseMessage unchanged = await s_http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Fact]
    public async Task Assets_AreAllThere_AndNothingElseIs()
    {
        foreach (string name in LiveAsset.All.Keys)
        {
            using HttpResponseMessage asset = await s_http.GetAsync($"{worker.Address}/assets/{name}");
            Assert.Equal(HttpStatusCode.OK, asset.StatusCode);
            Assert.NotEqual(0, asset.Content.Headers.ContentLength);
        }
        using HttpResponseMessage none = await s_http.GetAsync(worker.Address + "/assets/..%2fstreammoe.dll");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task Snapshot_HasTheWorkerAndThePartition_AndNothingOfOneThatIsNotThere()
    {
        JsonElement live = await GetAsync("/api/live?learner=embedded-l0&span=all");
        Assert.Equal("adaptive", live.GetProperty("worker").GetProperty("model").GetString());
        Assert.Equal("embedded-l0", live.GetProperty("learner").GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Array, live.GetProperty("points").ValueKind);
        JsonElement other = await GetAsync("/api/live?learner=embedded-l1");
        Assert.False(other.TryGetProperty("learner", out _));
        Assert.True(other.GetProperty("worker").GetProperty("ready").GetBoolean());
    }

    [Fact]
    public async Task Events_ComeEverySecond_WithRisingSerials()
    {
        using HttpResponseMessage response = await OpenEventsAsync();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
        long last = -1;
        for (int i = 0; i < 3; i++)
        {
            string line = (await reader.ReadLineAsync())!;
            Assert.StartsWith("data: {", line);
            Assert.Equal("", await reader.ReadLineAsync());
            using JsonDocument message = JsonDocument.Parse(line[6..]);
            long serial = message.RootElement.GetProperty("serial").GetInt64();
            Assert.True(serial > last, $"Serial {serial} came after {last}.");
            Assert.InRange(message.RootElement.GetProperty("points").GetArrayLength(), 0, PartitionHistory.MostNewSamples);
            last = serial;
        }
    }

    [Fact]
    public async Task Events_MoreClientsThanAllowed_AreTurnedAway_AndComeInOnceOthersHaveGone()
    {
        using WorkerProcess process = new([]);
        process.AwaitReady();
        List<HttpResponseMessage> open = [];
        for (int i = 0; i < LivePage.MaxClientsOfOneAddress; i++) open.Add(await OpenEventsAsync(process.Address));
        Assert.All(open, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        using (HttpResponseMessage refused = await OpenEventsAsync(process.Address)) Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        foreach (HttpResponseMessage response in open) response.Dispose();
        process.Await(() =>
        {
            using HttpResponseMessage response = OpenEventsAsync(process.Address).GetAwaiter().GetResult();
            return response.StatusCode == HttpStatusCode.OK;
        }, "room for another client");
        Assert.Equal(0, process.Stop());
    }

    [Fact]
    public async Task Token_PageIsServedAndAsks_DataIsNotWithoutIt()
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("token", "secret-7\n");
        using WorkerProcess process = new(["http:tokenFile=" + file]);
        process.AwaitReady();
        foreach ((string path, HttpStatusCode expected) in new[] { ("/", HttpStatusCode.OK), ("/assets/live.js", HttpStatusCode.OK), ("/api/live", HttpStatusCode.Unauthorized), ("/api/events", HttpStatusCode.Unauthorized), ("/metrics", HttpStatusCode.Unauthorized) })
        {
            using HttpResponseMessage answer = await s_http.GetAsync(process.Address + path, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(expected, answer.StatusCode);
        }
        LookedAtPage page = await worker.NewPageAsync();
        await page.Page.GotoAsync(process.Address + "/");
        await page.WaitAsync("!document.getElementById('login').hidden");
        await page.Page.FillAsync("#token", "secret-8");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.WaitAsync("document.getElementById('login-why').textContent.includes('refused')");
        await page.Page.FillAsync("#token", "secret-7");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.WaitAsync("StreamMoeLive.sizes.points > 2 && document.getElementById('login').hidden");
        await page.Page.ReloadAsync();
        await page.WaitAsync("StreamMoeLive.sizes.points > 2");
        Assert.DoesNotContain("secret-7", string.Concat(page.Requests));
    }

    private Task<HttpResponseMessage> OpenEventsAsync(string? address = null)
        => s_http.GetAsync((address ?? worker.Address) + "/api/events", HttpCompletionOption.ResponseHeadersRead);

    private async Task<JsonElement> GetAsync(string path)
    {
        using JsonDocument document = JsonDocument.Parse(await s_http.GetByteArrayAsync(worker.Address + path));
        return document.RootElement.Clone();
    }
}
