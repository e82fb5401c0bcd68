using System.Net;
using System.Net.Sockets;
using System.Text;

namespace StreamMoe.Tests.Common.Telemetry;

/// <summary>A collector of OTLP over HTTP on a loopback port of its own, which keeps what it is sent.</summary>
internal sealed class OtlpCollector : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly List<(string Path, string Head, byte[] Body)> _requests = [];

    public OtlpCollector()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <value>What <c>telemetry:otlpEndpoint</c> is set to.</value>
    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <value>The status line that it answers with.</value>
    public string Answer { get; set; } = "200 OK";

    /// <value>True to take requests and never answer.</value>
    public bool Hangs { get; set; }

    /// <value>Called with each request's path, before it is answered.</value>
    public Action<string>? OnRequest { get; set; }

    /// <summary>The requests to a path so far.</summary>
    public IReadOnlyList<(string Head, byte[] Body)> To(string path)
    {
        lock (_lock) return [.. _requests.Where(r => r.Path == path).Select(r => (r.Head, r.Body))];
    }

    /// <summary>The series of the last request for metrics.</summary>
    public IReadOnlyList<OtlpSeries> Metrics => To("/v1/metrics") is { Count: > 0 } all ? OtlpSeries.Read(all[^1].Body) : [];

    /// <summary>The spans of all requests.</summary>
    public IReadOnlyList<OtlpSpan> Spans => [.. To("/v1/traces").SelectMany(r => OtlpSpan.Read(r.Body))];

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token));
        }
        catch (Exception) when (_end.IsCancellationRequested)
        {
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using (connection)
        {
            try
            {
                await using NetworkStream stream = connection.GetStream();
                while (await ReadHeadAsync(stream) is { } head)
                {
                    string length = head.Split("\r\n").First(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))[15..];
                    byte[] body = new byte[int.Parse(length, System.Globalization.CultureInfo.InvariantCulture)];
                    await stream.ReadExactlyAsync(body, _end.Token);
                    string path = head.Split(' ')[1];
                    lock (_lock) _requests.Add((path, head, body));
                    OnRequest?.Invoke(path);
                    if (Hangs) await Task.Delay(Timeout.Infinite, _end.Token);
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {Answer}\r\nContent-Length: 0\r\nLocation: {Address}/elsewhere\r\n\r\n"), _end.Token);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The client has gone, or the test has ended.
            }
        }
    }

    private async Task<string?> ReadHeadAsync(NetworkStream stream)
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _end.Token) == 0) return null;
            head.Append((char)one[0]);
        }
        return head.ToString();
    }
}
