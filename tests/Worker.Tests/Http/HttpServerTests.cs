using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Http;

namespace StreamMoe.Worker.Tests.Http;

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
    public async Task Start_SignalsThatComeMeanwhile_AreItsCallersAlone()
    {
        IHostLifetime? lifetime = null;
        await using HttpServer server = await HttpServer.StartAsync(new HttpOptions { Port = 0 }, application => lifetime = application.Services.GetRequiredService<IHostLifetime>());
        Assert.DoesNotContain("Console", lifetime!.GetType().Name, StringComparison.Ordinal); // that one would end a start at SIGTERM
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
        using HttpResponseMessage answer = await s_http.PostAsync(AddressOf(server) + "/echo", new StringContent(new string(' ', 65 * 1024), System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Theory]
    [InlineData("127.0.0.1", "localhost", "", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", "LOCALHOST:9464", "", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", "127.0.0.1", "", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", "[::1]:80", "", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", "evil.example", "", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1", "localhost.evil.example", "", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1", "127.0.0.1.nip.io", "", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1", "192.168.0.7", "", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1", "worker:9464", "worker, other", HttpStatusCode.OK)]
    [InlineData("0.0.0.0", "192.168.0.7", "", HttpStatusCode.OK)]
    [InlineData("0.0.0.0", "evil.example", "", HttpStatusCode.MisdirectedRequest)]
    public async Task Get_WithoutToken_IsAnsweredUnderOwnNamesAlone(string address, string host, string names, HttpStatusCode expected)
    {
        await using HttpServer server = await HttpServer.StartAsync(new HttpOptions { Address = address, Port = 0, HostNames = names }, application => Map(application));
        foreach (string path in (string[])["/read", "/health/live"])
        {
            using HttpRequestMessage request = new(HttpMethod.Get, AddressOf(server) + path);
            request.Headers.Host = host;
            using HttpResponseMessage answer = await s_http.SendAsync(request);
            Assert.Equal(expected, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("same", "application/json", "", HttpStatusCode.Accepted)]
    [InlineData("", "application/json; charset=utf-8", "", HttpStatusCode.Accepted)]
    [InlineData("http://evil.example", "application/json", "", HttpStatusCode.Forbidden)]
    [InlineData("http://127.0.0.1:1", "application/json", "", HttpStatusCode.Forbidden)]
    [InlineData("null", "application/json", "", HttpStatusCode.Forbidden)]
    [InlineData("", "text/plain", "", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("", "application/jsonp", "", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("same", "", "", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("", "", "secret", HttpStatusCode.Accepted)]
    [InlineData("http://evil.example", "", "secret", HttpStatusCode.Forbidden)]
    public async Task Post_FromAPage_NeedsItsOwnOriginAndJson(string origin, string type, string token, HttpStatusCode expected)
    {
        await using HttpServer server = await HttpServer.StartAsync(new HttpOptions { Port = 0, Token = token }, application => Map(application));
        using HttpRequestMessage request = new(HttpMethod.Post, AddressOf(server) + "/change");
        if (origin.Length > 0) request.Headers.Add("Origin", origin == "same" ? AddressOf(server) : origin);
        if (token.Length > 0) request.Headers.Authorization = new("Bearer", token);
        request.Content = new ByteArrayContent([]);
        if (type.Length > 0) request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        using HttpResponseMessage answer = await s_http.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData(64 * 1024, false, HttpStatusCode.Accepted)]
    [InlineData(64 * 1024, true, HttpStatusCode.Accepted)]
    [InlineData(64 * 1024 + 1, false, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(64 * 1024 + 1, true, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(1024 * 1024, true, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Body_OfAPageThatDoesNotLookAtIt_IsBoundedToo(int bytes, bool chunked, HttpStatusCode expected)
    {
        int done = 0;
        await using HttpServer server = await HttpServer.StartAsync(new HttpOptions { Port = 0 }, application => Map(application, () => done++));
        using HttpRequestMessage request = new(HttpMethod.Post, AddressOf(server) + "/change") { Content = new ByteArrayContent(new byte[bytes]) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TransferEncodingChunked = chunked;
        using HttpResponseMessage answer = await s_http.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected == HttpStatusCode.Accepted ? 1 : 0, done);
    }

    [Fact]
    public async Task Connections_OfOneAddress_AreBounded()
    {
        await using HttpServer server = await HttpServer.StartAsync(new HttpOptions { Port = 0 }, application => Map(application));
        Uri address = new(AddressOf(server));
        const int over = 20;
        int refused = 0;
        List<TcpClient> open = [];
        try
        {
            for (int i = 0; i < ConnectionCaps.MostOfOneAddress + over; i++)
            {
                TcpClient client = new();
                open.Add(client);
                try
                {
                    await client.ConnectAsync(address.Host, address.Port);
                }
                catch (SocketException)
                {
                    refused++;
                    open.Remove(client);
                }
            }
            // Those over the cap are closed by the server; the others wait for a request.
            Pipeline.WorkerBench.Await(() => open.Count(c => c.Client.Poll(0, SelectMode.SelectRead)) + refused >= over, "the connections over the cap to be closed");
            Assert.Equal(over, open.Count(c => c.Client.Poll(0, SelectMode.SelectRead)) + refused);
            open[0].Dispose();
        }
        finally
        {
            foreach (TcpClient client in open) client.Dispose();
        }
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
        if (method == HttpMethod.Post) request.Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        return s_http.SendAsync(request);
    }
}
