using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Prometheus;

/// <summary>Prometheus itself, scraping workers every second, with the shipped alert rules whose minutes are seconds.</summary>
internal sealed class PrometheusServer : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(150), s_again = TimeSpan.FromMilliseconds(200);
    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromSeconds(20) };

    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;
    private readonly string _address;
    private readonly List<string> _log = [];

    public PrometheusServer()
    {
        PrometheusTools.Require();
        int port = FreePort();
        _address = $"http://127.0.0.1:{port}";
        _folder.Write("alerts.yml", ShortenedRules.Of(File.ReadAllText(Path.Combine(GoldenFiles.Root, "docker", "prometheus", "alerts.yml"))));
        Scrape();
        string configuration = _folder.Write("prometheus.yml", """
            global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
            rule_files: [alerts.yml]
            scrape_configs:
              - job_name: streammoe
                file_sd_configs: [ { files: [targets.json], refresh_interval: 1s } ]
            """);
        ProcessStartInfo start = new("prometheus",
            [$"--config.file={configuration}", $"--storage.tsdb.path={_folder.File("data")}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"])
        { RedirectStandardError = true, RedirectStandardOutput = true };
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        Await(() => IsReady(), "Prometheus to be ready");
    }

    /// <summary>What is scraped from now on.</summary>
    /// <param name="addresses">Of workers, as they print them.</param>
    public void Scrape(params string[] addresses)
    {
        // Written beside and renamed, so that Prometheus never reads half of it.
        string written = _folder.Write("targets.tmp", JsonSerializer.Serialize(addresses.Select(a => new { targets = new[] { InstanceOf(a) } })));
        File.Move(written, _folder.File("targets.json"), overwrite: true);
    }

    /// <summary>The label <c>instance</c> of a worker's series.</summary>
    public static string InstanceOf(string address) => new Uri(address).Authority;

    /// <summary>The result of a query now.</summary>
    public JsonElement[] Query(string query)
    {
        using HttpResponseMessage response = s_http.Send(new HttpRequestMessage(HttpMethod.Post, _address + "/api/v1/query") { Content = new FormUrlEncodedContent([new("query", query)]) });
        JsonElement answer = Json(response);
        if (answer.GetProperty("status").GetString() != "success") throw new InvalidOperationException($"Prometheus refused '{query}': {answer.GetRawText()}");
        return [.. answer.GetProperty("data").GetProperty("result").EnumerateArray()];
    }

    /// <summary>The alerts that fire now, or are pending.</summary>
    public (string Name, bool Fires, IReadOnlyDictionary<string, string> Labels, string Summary)[] Alerts()
    {
        using HttpResponseMessage response = s_http.Send(new HttpRequestMessage(HttpMethod.Get, _address + "/api/v1/alerts"));
        return
        [
            .. Json(response).GetProperty("data").GetProperty("alerts").EnumerateArray().Select(a =>
            {
                Dictionary<string, string> labels = a.GetProperty("labels").EnumerateObject().ToDictionary(l => l.Name, l => l.Value.GetString()!);
                return (labels["alertname"], a.GetProperty("state").GetString() == "firing", (IReadOnlyDictionary<string, string>)labels, a.GetProperty("annotations").GetProperty("summary").GetString()!);
            }),
        ];
    }

    /// <summary>Waits until an alert fires for a worker.</summary>
    /// <param name="alert">The alert's name.</param>
    /// <param name="address">The worker's address; null when the alert has no instance.</param>
    /// <param name="meanwhile">Called again and again while waiting.</param>
    public void AwaitAlert(string alert, string? address, Action? meanwhile = null) => Await(() =>
    {
        meanwhile?.Invoke();
        return Alerts().Any(a => a.Name == alert && a.Fires && (address is null || a.Labels["instance"] == InstanceOf(address)));
    }, $"{alert} to fire");

    /// <summary>Waits until something is the case.</summary>
    public void Await(Func<bool> condition, string what)
    {
        long began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(began) > s_patience)
            {
                string log;
                lock (_log) log = string.Join(Environment.NewLine, _log);
                throw new InvalidOperationException($"The test waited in vain for {what}. Alerts: {(_process.HasExited ? "none, Prometheus has ended" : string.Join(", ", Alerts().Select(a => (a.Name, a.Fires))))}. Prometheus said:{Environment.NewLine}{log}");
            }
            lock (_log) Monitor.Wait(_log, s_again);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    private bool IsReady()
    {
        try
        {
            using HttpResponseMessage response = s_http.Send(new HttpRequestMessage(HttpMethod.Get, _address + "/-/ready"));
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static JsonElement Json(HttpResponseMessage response)
    {
        using JsonDocument document = JsonDocument.Parse(response.Content.ReadAsStream());
        return document.RootElement.Clone();
    }

    private void Note(string? line)
    {
        if (line is null) return;
        lock (_log) _log.Add(line);
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
