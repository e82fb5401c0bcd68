using System.Text.Json;
using StreamMoe.Experts.Neural;
using StreamMoe.Worker.Tests.Pipeline;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Http;

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
}
