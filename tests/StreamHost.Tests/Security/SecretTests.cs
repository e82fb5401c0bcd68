using System.Diagnostics;
using System.Net.Http.Headers;
using StreamMoe.StreamHost.Commands;
using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.Tests.Common;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Pipeline;

namespace StreamMoe.StreamHost.Tests.Security;

/// <summary>A secret, however it was given, comes out nowhere: not in what is printed or logged, nor in pages, metrics and reports. Every secret of these
/// tests begins with <c>hush</c>.</summary>
public sealed class SecretTests : IDisposable
{
    private const string Secret = "hush";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Keys => new()
    {
        { "http:token", "STREAMMOE__HTTP__TOKEN" },
        { "kafka:client:sasl.password", "STREAMMOE__KAFKA__CLIENT__SASL_PASSWORD" },
        { "kafka:client:ssl.key.password", "STREAMMOE__KAFKA__CLIENT__SSL_KEY_PASSWORD" },
        { "kafka:client:ssl.keystore.password", "STREAMMOE__KAFKA__CLIENT__SSL_KEYSTORE_PASSWORD" },
        { "kafka:client:ssl.key.pem", "STREAMMOE__KAFKA__CLIENT__SSL_KEY_PEM" },
        { "kafka:client:sasl.oauthbearer.client.secret", "STREAMMOE__KAFKA__CLIENT__SASL_OAUTHBEARER_CLIENT_SECRET" },
        { "kafka:client:sasl.oauthbearer.config", "STREAMMOE__KAFKA__CLIENT__SASL_OAUTHBEARER_CONFIG" },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void Config_SecretFromEverywhere_IsMaskedOrRefused(string key, string variable)
    {
        string file = _folder.Write("worker.json", $$"""{"{{key}}": "hush-of-the-file"}"""), wrong = _folder.Write("wrong.json", $$"""{"{{key}}": "hush-of-the-file", "http:port": "x"}""");
        Dictionary<string, string> set = new() { [variable] = "hush-of-the-environment" };
        foreach (string format in (string[])["text", "json"])
        {
            Silent(0, Cli.Run("config", "--format", format, "--config", file), "***");
            Silent(0, Cli.RunWith(set, "config", "--format", format), "***");
            Silent(2, Cli.Run("config", "--format", format, "--set", $"{key}=hush-of-the-command-line"), $"{key} is a secret");
            Silent(2, Cli.RunWith(set, "config", "--format", format, "--config", wrong), "http:port was 'x'");
        }
    }

    /// <summary>Faults beside a secret, or in its own value, do not quote it.</summary>
    [Theory]
    [InlineData("""{"http": {"token": ["hush"]}}""", "http:token was a list")]
    [InlineData("""{"http": {"token": "hush", "tokens": "hush"}}""", "there is no key 'http:tokens'")]
    [InlineData("""{"http": {"token": "hush" "port": 1}}""", "is not JSON")]
    [InlineData("""{"http": {"token": hush}}""", "is not JSON")]
    [InlineData("""{"http": {"token": "hush", "tokenFile": "/nowhere"}}""", "tokenFile was given, and so was http:token")]
    [InlineData("""{"kafka": {"client": {"sasl.password": "hush", "sasl.password.file": "/nowhere"}}}""", "sasl.password")]
    [InlineData("""{"kafka": {"client": {"sasl.passwort": "hush"}}, "http:port": "x"}""", "http:port was 'x'")]
    public void Config_FaultAtASecret_DoesNotQuoteIt(string content, string expected)
        => Silent(2, Cli.Run("serve", "--config", _folder.Write("worker.json", content)), expected);

    [Fact]
    public void Config_HeadersOfTelemetry_AreMaskedOrRefused()
    {
        string file = _folder.Write("worker.json", """{"telemetry": {"otlpEndpoint": "https://collector", "otlpHeaders": "api-key=hush"}}""");
        foreach (string format in (string[])["text", "json"])
        {
            Silent(0, Cli.Run("config", "--format", format, "--config", file), "***");
            Silent(0, Cli.RunWith(new Dictionary<string, string> { ["STREAMMOE__TELEMETRY__OTLPHEADERS"] = "api-key=hush" }, "config", "--format", format), "***");
            Silent(2, Cli.Run("config", "--format", format, "--set", "telemetry:otlpHeaders=api-key=hush"), "telemetry:otlpHeaders is a secret");
        }
    }

    /// <summary>What holds credentials, or looks as if it might, is not quoted.</summary>
    [Theory]
    [InlineData("""{"telemetry": {"otlpEndpoint": "https://user:hush@collector"}}""", "telemetry:otlpEndpoint holds more than an address")]
    [InlineData("""{"telemetry": {"otlpEndpoint": "https://collector/?key=hush"}}""", "telemetry:otlpEndpoint holds more than an address")]
    [InlineData("""{"telemetry": {"otlpEndpoint": "hush"}}""", "telemetry:otlpEndpoint was no address of HTTP; it must be the address of a collector")]
    [InlineData("""{"telemetry": {"otlpEndpoint": "http://c:4318/v1/metrics"}}""", "which is the path of one signal; leave /v1/")]
    [InlineData("""{"telemetry": {"otlpHeaders": "hush"}}""", "telemetry:otlpHeaders cannot be sent: number 1 is not name=value")]
    [InlineData("""{"telemetry": {"otlpHeaders": "a=1,b=hush\u00e9"}}""", "telemetry:otlpHeaders cannot be sent: number 2 is not name=value")]
    [InlineData("""{"telemetry": {"otlpHeaders": "a=hush", "otlpHeadersFile": "/nowhere"}}""", "give one of them")]
    [InlineData("""{"telemetry": {"otlpHeadersFile": "/nowhere"}}""", "telemetry:otlpHeadersFile was '/nowhere', which cannot be read")]
    [InlineData("""{"telemetry": {"otlpHeadersFile": "/dev/null"}}""", "which holds no header")]
    [InlineData("""{"telemetry": {"sample": 1.5}}""", "telemetry:sample was '1.5'")]
    public void Config_FaultOfTelemetry_SaysWhatIsWrongAndNoSecret(string content, string expected)
        => Silent(2, Cli.Run("serve", "--config", _folder.Write("worker.json", content)), expected);

    [Fact]
    public void Options_WrittenAsText_DoNotShowTheToken() => Assert.DoesNotContain(Secret, new HttpOptions { Token = Secret }.ToString() + new TelemetryOptions { OtlpHeaders = "a=" + Secret });

    /// <summary>A replay takes its model from a worker's configuration; the report lists options and the command line.</summary>
    [Fact]
    public void Replay_ConfigurationWithSecrets_NoneInOutputOrReport()
    {
        string file = _folder.Write("worker.json", """{"kafka:client:sasl.password": "hush", "http:token": "hush", "model": {"preset": "naive-bayes"}}"""), report = _folder.File("report.html");

        Silent(0, Cli.Run("replay", "sea-abrupt", "--instances", "300", "--config", file, "--report", report), "naive-bayes");
        string text = File.ReadAllText(report);
        Assert.DoesNotContain(Secret, text);
        Assert.Contains("naive-bayes", text);
    }

    /// <summary>A worker that cannot reach its brokers, with librdkafka telling everything that it has to tell.</summary>
    [Fact]
    public async Task Serve_WithSecrets_NoneInLogStatusMetricsOrPage()
    {
        string file = _folder.Write("worker.json", """{"kafka": {"bootstrapServers": "127.0.0.1:1", "client": {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN", "sasl.username": "me", "debug": "all"}}}""");
        ProcessStartInfo start = new("dotnet", [typeof(CommandLine).Assembly.Location, "serve", "--config", file, "--set", $"http:tokenFile={_folder.Write("token", "hush-token\n")}", "--set", "http:port=0",
            "--set", $"checkpoints:directory={_folder.File("state")}", "--set", $"kafka:client:ssl.key.password.file={_folder.Write("password", "hush-key\n")}"]) { RedirectStandardError = true };
        start.Environment["STREAMMOE__KAFKA__CLIENT__SASL_PASSWORD"] = "hush-password";
        using Process worker = Process.Start(start)!;
        List<string> log = [];
        try
        {
            while (!log.Exists(l => l.Contains("Kafka: ", StringComparison.Ordinal)) || !log.Exists(l => l.Contains("live page", StringComparison.Ordinal)))
            {
                string? line = await worker.StandardError.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
                log.Add(line ?? throw new InvalidOperationException($"The worker ended: {string.Join('\n', log)}"));
            }
            string address = log.First(l => l.Contains("live page", StringComparison.Ordinal)).Split("live page ")[1].Split("/,")[0];
            using HttpClient client = new();
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "hush-token");
            foreach ((string path, string expected) in (ReadOnlySpan<(string, string)>)[("/api/status", "learners"), ("/metrics", "streammoe_build_info"), ("/", "<html"), ("/health/ready", "group")])
            {
                using HttpResponseMessage response = client.Send(new HttpRequestMessage(HttpMethod.Get, address + path));
                using StreamReader reader = new(response.Content.ReadAsStream());
                string text = reader.ReadToEnd();
                Assert.Contains(expected, text);
                Assert.DoesNotContain(Secret, text + response.Headers);
            }
        }
        finally
        {
            worker.Kill();
        }
        log.AddRange((await worker.StandardError.ReadToEndAsync()).Split('\n'));
        Assert.DoesNotContain(log, l => l.Contains(Secret, StringComparison.Ordinal));
    }

    /// <summary>The error of a client that could not be made quotes librdkafka, which is told the secrets.</summary>
    [Fact]
    public void DeadLetters_ClientRefused_DoesNotQuoteTheSecret()
    {
        Dictionary<string, string> variables = new() { ["STREAMMOE__KAFKA__CLIENT__SSL_KEY_PEM"] = "hush-no-key", ["STREAMMOE__KAFKA__CLIENT__SECURITY_PROTOCOL"] = "ssl", ["STREAMMOE__KAFKA__BOOTSTRAPSERVERS"] = "127.0.0.1:1" };

        Silent(ExitCode.Usage, Cli.RunWith(variables, "dead-letters", "list"), "ssl.key.pem");
    }

    private static void Silent(int code, Cli run, string expected)
    {
        Assert.Contains(expected, run.Output + run.Error);
        Assert.DoesNotContain(Secret, run.Output + run.Error);
        Assert.Equal(code, run.ExitCode);
    }
}
