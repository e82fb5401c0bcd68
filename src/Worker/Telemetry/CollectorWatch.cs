using Microsoft.Extensions.Logging;

namespace StreamMoe.Worker.Telemetry;

/// <summary>The connections to a collector, and what is told of them: that it takes nothing, at most once in
/// <see cref="BetweenReports"/>, and that it does again.</summary>
/// <param name="endpoint">Named in messages.</param>
/// <param name="headers">Sent with each request.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told.</param>
internal sealed partial class CollectorWatch(string endpoint, IReadOnlyList<KeyValuePair<string, string>> headers,
    TimeProvider time, ILogger log)
{
    /// <summary>Least time between two messages that the collector takes nothing: 10 minutes.</summary>
    public static readonly TimeSpan BetweenReports = TimeSpan.FromMinutes(10);

    /// <summary>How long one request may take: 10 s.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const int LongestAnswer = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly List<HttpClient> _clients = [];
    private long _failures;
    private long? _toldAt;
    private bool _isTold;
    private volatile bool _ended;

    /// <summary>A client for one signal, which goes to the collector straight and nowhere else: no redirects, no proxy.</summary>
    public HttpClient Connect()
    {
        SocketsHttpHandler sockets = new() { AllowAutoRedirect = false, UseProxy = false, UseCookies = false };
        HttpClient client = new(new Handler(this, sockets)) { Timeout = Patience, MaxResponseContentBufferSize = LongestAnswer };
        foreach ((string name, string value) in headers) client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        lock (_lock) _clients.Add(client);
        return client;
    }

    /// <summary>Breaks off what is on its way, and lets nothing more begin.</summary>
    public void End()
    {
        _ended = true;
        lock (_lock)
        {
            foreach (HttpClient client in _clients) client.CancelPendingRequests();
        }
    }

    /// <summary>Something was not sent.</summary>
    public void Failed(string reason)
    {
        if (_ended) return;
        long failures;
        lock (_lock)
        {
            failures = ++_failures;
            if (_toldAt is { } at && time.GetElapsedTime(at) < BetweenReports) return;
            (_toldAt, _isTold) = (time.GetTimestamp(), true);
        }
        LogFailed(endpoint, failures, reason);
    }

    private void Succeeded()
    {
        long failures;
        bool wasTold;
        lock (_lock)
        {
            (failures, wasTold) = (_failures, _isTold);
            (_failures, _isTold) = (0, false);
        }
        if (wasTold) LogTakesAgain(endpoint, failures);
    }

    private void Answered(HttpResponseMessage answer)
    {
        if (answer.IsSuccessStatusCode) Succeeded();
        else Failed($"it answered {(int)answer.StatusCode} {answer.ReasonPhrase}.");
    }

    private void Threw(Exception fault)
        => Failed(fault is OperationCanceledException ? $"no answer within {Patience.TotalSeconds:0} s." : fault.Message.TrimEnd('.') + ".");

    private sealed class Handler(CollectorWatch watch, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                HttpResponseMessage answer = base.Send(Allowed(request), cancellationToken);
                watch.Answered(answer);
                return answer;
            }
            catch (Exception e)
            {
                watch.Threw(e);
                throw;
            }
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                HttpResponseMessage answer = await base.SendAsync(Allowed(request), cancellationToken);
                watch.Answered(answer);
                return answer;
            }
            catch (Exception e)
            {
                watch.Threw(e);
                throw;
            }
        }

        private HttpRequestMessage Allowed(HttpRequestMessage request)
            => watch._ended ? throw new HttpRequestException("The worker ends.") : request;
    }

    [LoggerMessage(150, LogLevel.Warning, "Telemetry was not taken by {Endpoint}, {Failures} times by now: {Reason} "
        + "It is lost, the worker goes on, and the next is sent when it is due. Told at most every 10 minutes.")]
    private partial void LogFailed(string endpoint, long failures, string reason);

    [LoggerMessage(151, LogLevel.Information, "Telemetry is taken by {Endpoint} again, after {Failures} failures.")]
    private partial void LogTakesAgain(string endpoint, long failures);
}
