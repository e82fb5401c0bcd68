using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Worker.Tests.Pipeline;
using StreamMoe.Tests.Common;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Http;
using StreamMoe.Worker.Live;
using StreamMoe.Worker.Metrics;

namespace StreamMoe.Worker.Tests.Fuzz;

/// <summary>Damaged HTTP requests over real connections: each gets an answer that is no failure of the server, or is hung up on, and the server lives on.</summary>
public sealed class HttpFuzzTests : IAsyncLifetime
{
    private static readonly HashSet<int> s_answers = [200, 202, 204, 304, 400, 401, 403, 404, 405, 408, 411, 413, 414, 415, 417, 421, 426, 429, 431, 501, 503, 505];

    private static readonly Mutation s_mutation = new(
    [
        .. ((string[])
        [
            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /api/live?partition=events-0&span=all HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n",
            "GET /api/events?partition=events-0&since=12 HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /metrics HTTP/1.0\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n",
            "GET /assets/live.css HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: \"abc\"\r\n\r\n",
            "POST /api/checkpoint HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc",
            "POST /api/checkpoint HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "GET /api/status HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\nHEAD /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n",
        ]).Select(Encoding.UTF8.GetBytes),
    ],
        "\r\n", "\r\n\r\n", " ", "/", "?", "&", "=", "%", "%2e%2e%2f", "%00", "%zz", "..", "/../", "Host: ", "Content-Length: -1\r\n", "Content-Length: 99999999999999999999\r\n", "Transfer-Encoding: chunked\r\n",
        "Authorization: Bearer \r\n", "since=99999999999999999999", "since=-9223372036854775808", "partition=", "Expect: 100-continue\r\n", "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n", "Range: bytes=0-1\r\n",
        "If-None-Match: *\r\n", "If-None-Match: \"\r\n", "Connection: close\r\n", "DELETE ", "OPTIONS * ", "CONNECT ", "HTTP/9.9", "HTTP/2.0", "http://other/", "ffffffffffffffff\r\n");

    private static readonly TimeSpan s_shortWait = TimeSpan.FromMilliseconds(10), s_patience = TimeSpan.FromSeconds(20);

    private readonly WorkerBench _bench = new(liveCommitInterval: TimeSpan.FromMilliseconds(5));
    private StatusPage _status = null!;
    private MetricsPage _metrics = null!;
    private LivePage _live = null!;
    private HttpServer _server = null!;
    private int _port;

    public async ValueTask InitializeAsync()
    {
        _bench.Deliver(50);
        _bench.Start();
        WorkerBench.Await(() => _bench.HasLearners && _bench.Learner.Figures.Learned == 50, "the lane");
        WorkerConfiguration configuration = WorkerConfiguration.Load(null, new Dictionary<string, string>(), []);
        _status = new StatusPage(_bench.Worker, configuration, () => true, TimeProvider.System);
        WorkerFacts facts = WorkerFacts.Of(configuration, () => true);
        (_metrics, _live) = (new MetricsPage(new StreamMoeMetrics(() => _bench.Worker.Learners, _bench.Worker.LagOf, facts).Instruments), new LivePage(_bench.Worker, facts, TimeProvider.System, NullLogger.Instance));
        _server = await HttpServer.StartAsync(new HttpOptions { Port = 0, RequestsPerSecond = 100_000 }, application =>
        {
            _status.Map(application);
            _metrics.Map(application);
            _live.Map(application);
        });
        _port = new Uri(_server.Address).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _live.Dispose();
        _bench.Dispose();
    }

    [Fact]
    public void Request_SomeDamaged_AreAnsweredAndTheServerLivesOn() => Requests(FuzzCases.Quick / 2);

    [Fact, Trait("Category", "Slow")]
    public void Request_ManyDamaged_AreAnsweredAndTheServerLivesOn() => Requests(FuzzCases.Http);

    private void Requests(int cases)
    {
        (int accepted, int refused) = FuzzRun.Run(cases, s_mutation.Make, bytes =>
        {
            int answer = Ask(bytes, s_shortWait);
            if (answer != 0 && !s_answers.Contains(answer)) Assert.Fail($"The answer is {answer}.");
            return answer is >= 200 and < 400;
        });
        Assert.Equal(200, Ask("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"u8, s_patience));
        Assert.Equal(200, Ask("GET /api/live?partition=events-0 HTTP/1.1\r\nHost: localhost\r\n\r\n"u8, s_patience));
        Assert.True(accepted > cases / 20 && refused > cases / 20, $"{accepted} accepted, {refused} refused");
    }

    /// <summary>Sends bytes and tells the status of the first answer; 0 when the server hangs up without one. A request that is not answered
    /// within the wait is not whole: then the client hangs up too, and nobody waits for the rest.</summary>
    private int Ask(ReadOnlySpan<byte> request, TimeSpan wait)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)s_patience.TotalMilliseconds, SendTimeout = (int)s_patience.TotalMilliseconds, LingerState = new LingerOption(true, 0), NoDelay = true };
        socket.Connect(IPAddress.Loopback, _port);
        byte[] answer = new byte[12];
        int length = 0;
        try
        {
            for (int sent = 0; sent < request.Length;) sent += socket.Send(request[sent..]);
            if (!socket.Poll(wait, SelectMode.SelectRead)) socket.Shutdown(SocketShutdown.Send);
            for (int read = 1; read > 0 && length < answer.Length; length += read) read = socket.Receive(answer.AsSpan(length));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted)
        {
            // hung up on
        }
        return length == answer.Length && answer.AsSpan().StartsWith("HTTP/1."u8) && int.TryParse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture, out int status) ? status : 0;
    }
}
