using System.Net;
using System.Text.Json;
using StreamMoe.Experts.Neural;
using StreamMoe.Worker.Tests.Pipeline;
using StreamMoe.Tests.Common;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Http;
using StreamMoe.Worker.Live;
using StreamMoe.Worker.Metrics;

namespace StreamMoe.Worker.Tests.Http;

/// <summary>What <c>/api/status</c> says of the worker as a whole.</summary>
public sealed class StatusPageTests
{
    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromSeconds(30) };

    [Theory]
    [InlineData("managed", true)]
    [InlineData("cpu", false)]
    public async Task Status_SaysWhetherAResumeIsBitExact(string device, bool expected)
    {
        MlpBackends.Register(new StandInBackend());
        WorkerConfiguration configuration = WorkerConfiguration.Load(null, new Dictionary<string, string>(), [new("model:options:router.device", device)]);
        using WorkerBench bench = new();
        StatusPage status = new(bench.Worker, configuration, () => true, TimeProvider.System);
        await using HttpServer server = await HttpServer.StartAsync(new HttpOptions { Port = 0 }, status.Map);

        using JsonDocument said = JsonDocument.Parse(await s_http.GetByteArrayAsync(server.Address + "/api/status"));

        Assert.Equal(expected, said.RootElement.GetProperty("bitExactResume").GetBoolean());
    }

    [Theory]
    [InlineData(false, HttpStatusCode.Conflict)]
    [InlineData(true, HttpStatusCode.Accepted)]
    public async Task Checkpoint_AskedForWhereThereIsNoStore_Is409AndSaysWhatToDo(bool hasStore, HttpStatusCode expected)
    {
        using TemporaryFolder folder = new();
        using WorkerBench bench = new(hasStore ? BreakableStore.In(folder) : null);
        await using HttpServer server = await ServeAsync(bench);
        using StringContent nothing = new("", System.Text.Encoding.UTF8, "application/json");

        using HttpResponseMessage answer = await s_http.PostAsync(server.Address + "/api/checkpoint", nothing);

        Assert.Equal(expected, answer.StatusCode);
        if (!hasStore) Assert.Contains("kafka:bootstrapServers", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/assets/live.css")]
    [InlineData("/metrics")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/api/status")]
    [InlineData("/api/live")]
    [InlineData("/api/events")]
    public async Task Head_OfAPageThatReads_IsAnsweredLikeGetWithoutABody_AndPostIsNot(string path)
    {
        using WorkerBench bench = new();
        await using HttpServer server = await ServeAsync(bench);

        using HttpResponseMessage head = await s_http.SendAsync(new HttpRequestMessage(HttpMethod.Head, server.Address + path));
        using HttpResponseMessage get = await s_http.SendAsync(new HttpRequestMessage(HttpMethod.Get, server.Address + path), HttpCompletionOption.ResponseHeadersRead);
        using StringContent body = new("{}", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage post = await s_http.PostAsync(server.Address + path, body);

        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.NotEqual(HttpStatusCode.MethodNotAllowed, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType?.MediaType, head.Content.Headers.ContentType?.MediaType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
    }

    /// <summary>All pages of a worker.</summary>
    private static Task<HttpServer> ServeAsync(WorkerBench bench)
    {
        WorkerConfiguration configuration = WorkerConfiguration.Load(null, new Dictionary<string, string>(), []);
        WorkerFacts facts = WorkerFacts.Of(configuration, () => true);
        return HttpServer.StartAsync(new HttpOptions { Port = 0 }, application =>
        {
            new StatusPage(bench.Worker, configuration, () => true, TimeProvider.System).Map(application);
            new MetricsPage(new StreamMoeMetrics(() => bench.Worker.Learners, bench.Worker.LagOf, facts).Instruments).Map(application);
            new LivePage(bench.Worker, facts, bench.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).Map(application);
        });
    }
}
