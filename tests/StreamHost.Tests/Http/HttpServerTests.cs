using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Http;

namespace StreamMoe.StreamHost.Tests.Http;

public sealed class HttpServerTests
{
    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromSeconds(30) };

    [Theory]
    [InlineData("127.0.0.1", "", null, HttpStatusCode.Accepted)]
    [InlineData("0.0.0.0", "", null, HttpStatusCode.Forbidden)]
    [InlineData("0.0.0.0", "secret", null, HttpStatusCode.Unauthorized)]
    [InlineData("0.0.0.0", "secret", "secreT", HttpStatusCode.Unauthorized)]
    [InlineData("0.0.0.0", "secret", "secret", HttpStatusCode.Accepted)]
    [InlineData("127.0.0.1", "secret", null, HttpStatusCode.Unauthorized)]
    public async Task Post_ChangesSomething_OnlyOnThisMachineOrWithTheToken(string address, string token, string? sent, HttpStatusCode expected)
    {
        int done = 0;
        await using HttpServer server = await HttpServer.StartAsync(new HttpOptions { Address = address, Port = 0, Token = token }, application => Map(application, () => done++));
        using HttpResponseMessage answer = await Send(server, HttpMethod.Post, "/change", sent);
        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected == HttpStatusCode.Accepted ? 1 : 0, done);
        if (expected == HttpStatusCode.Forbidden) Assert.Contains("http:token", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Get_BeyondThisMachineWithoutToken_IsAnswered()
    {
        await using HttpServer server = await HttpServer.StartAsync(new HttpOptions { Address = "0.0.0.0", Port = 0 }, application => Map(application));
        using HttpResponseMessage answer = await Send(server, HttpMethod.Get, "/read");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Get_MoreThanAllowedInASecond_AreRefusedAndHealthIsNot()
    {
        // Windows of a second: of 60 requests at once at most two windows' worth is answered unless they take longer than two seconds.
        await using HttpServer server = await HttpServer.StartAsync(new HttpOptions { Port = 0, RequestsPerSecond = 1 }, application => Map(application));
        HttpStatusCode[] answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
        {
            using HttpResponseMessage answer = await Send(server, HttpMethod.Get, "/read");
            return answer.StatusCode;
        }));
        Assert.Contains(HttpStatusCode.OK, answers);
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        for (int i = 0; i < 20; i++)
        {
            using HttpResponseMessage health = await Send(server, HttpMethod.Get, "/health/live");
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        }
    }

    [Fact]
    public async Task Post_BodyLargerThanAllowed_IsRefused()
    {
        await using HttpServer server = await HttpServer.StartAsync(new HttpOptions { Port = 0 }, application => application.MapPost("/echo", async context =>
        {
            using StreamReader reader = new(context.Request.Body);
            await reader.ReadToEndAsync();
        }));
        using HttpResponseMessage answer = await s_http.PostAsync(AddressOf(server) + "/echo", new ByteArrayContent(new byte[65 * 1024]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    private static void Map(WebApplication application, Action? change = null)
    {
        application.MapGet("/read", static context => context.Response.WriteAsync("read"));
        application.MapGet("/health/live", static context => context.Response.WriteAsync("live"));
        application.MapPost("/change", context =>
        {
            change?.Invoke();
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return Task.CompletedTask;
        });
    }

    private static string AddressOf(HttpServer server) => server.Address.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal);

    private static Task<HttpResponseMessage> Send(HttpServer server, HttpMethod method, string path, string? token = null)
    {
        HttpRequestMessage request = new(method, AddressOf(server) + path);
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        return s_http.SendAsync(request);
    }
}
