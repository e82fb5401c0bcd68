using System.Text.Json;
using StreamMoe.Tests.Common;
using StreamMoe.Worker.Configuration;

namespace StreamMoe.StreamHost.Tests.Commands;

public sealed class ConfigCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Config_Json_HasEveryKeyWithValueOriginDefaultAllowedAndDescription()
    {
        JsonElement settings = Cli.Json("config", "--set", "pipeline:capacity=7").GetProperty("settings");

        Dictionary<string, JsonElement> byKey = settings.EnumerateArray().ToDictionary(s => s.GetProperty("key").GetString()!);
        Assert.Empty(ConfigurationKeys.All.Except(byKey.Keys));
        Assert.Contains("kafka:client:*", byKey.Keys);
        Assert.Contains("model:options:pool", byKey.Keys);
        Assert.All(byKey.Values, s => Assert.All((string[])["description", "allowed", "origin"], p => Assert.NotEqual("", s.GetProperty(p).GetString())));
        JsonElement capacity = byKey["pipeline:capacity"];
        Assert.Equal(("7", "--set", "512", "an integer in [1, 65536]", "Records of a batch at most."), (capacity.GetProperty("value").GetString(), capacity.GetProperty("origin").GetString(),
            capacity.GetProperty("default").GetString(), capacity.GetProperty("allowed").GetString(), capacity.GetProperty("description").GetString()));
        Assert.False(capacity.GetProperty("secret").GetBoolean());
        Assert.True(byKey["http:token"].GetProperty("secret").GetBoolean());
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public void Config_Secrets_AreNeverPrinted(string format)
    {
        string file = _folder.Write("worker.json", """{"kafka": {"client": {"sasl.password": "hush1", "ssl.key.pem": "hush2"}}, "http": {"token": "hush3"}}""");
        Dictionary<string, string> variables = new() { ["STREAMMOE__KAFKA__CLIENT__SASL_OAUTHBEARER_CLIENT_SECRET"] = "hush4" };

        Cli run = Cli.RunWith(variables, "config", "--config", file, "--format", format);

        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain("hush", run.Output + run.Error);
        Assert.Contains("***", run.Output);
    }

    [Fact]
    public void Config_Faults_ExitTwoAndDoNotShowSecrets()
    {
        Cli run = Cli.Run("config", "--set", "kafka:client:sasl.password=hush", "--set", "http:port=x");

        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.DoesNotContain("hush", run.Error);
        Assert.Equal(2, run.Error.Split("streammoe: --set: ").Length - 1);
    }

    [Fact]
    public void Config_Text_TellsWhoSetAValue()
    {
        Cli run = Cli.RunWith(new Dictionary<string, string> { ["STREAMMOE__HTTP__PORT"] = "1" }, "config");

        Assert.Contains("http:port = 1   (from STREAMMOE__HTTP__PORT; default 9464)", run.Output);
        Assert.Contains("http:address = 127.0.0.1" + Environment.NewLine, run.Output);
    }

    [Fact]
    public void Replay_WholeWorkerConfiguration_TakesItsModelAndSeed()
    {
        string file = _folder.Write("worker.json", """
            {"kafka": {"bootstrapServers": "b:9092"}, "pipeline": {"capacity": 7}, "http:port": 1,
             "model": {"preset": "moe-data", "seed": 5, "options": {"topK": 2, "router": {"interval": 64}}}}
            """);

        JsonElement found = Cli.Json("replay", "sea-abrupt", "--instances", "600", "--config", file);
        JsonElement expected = Cli.Json("replay", "sea-abrupt", "--instances", "600", "--model", "moe-data:topK=2,router.interval=64", "--seed", "5");
        JsonElement given = Cli.Json("replay", "sea-abrupt", "--instances", "600", "--config", file, "--seed", "2");

        Assert.Equal(("moe-data", 5L), (found.GetProperty("model").GetString(), found.GetProperty("seed").GetInt64()));
        Assert.Equal(expected.GetProperty("accuracy").GetRawText(), found.GetProperty("accuracy").GetRawText());
        Assert.Equal(2, given.GetProperty("seed").GetInt64());
    }

    [Theory]
    [InlineData("""{"modell": {"preset": "majority"}}""", "unknown section 'modell'. Did you mean 'model'?")]
    [InlineData("""{"model": {"presets": "majority"}}""", "there is no key 'model:presets'. Did you mean 'model:preset'?")]
    [InlineData("""{"model": {"seed": "x"}}""", "model:seed was 'x'; must be any 64-bit integer.")]
    [InlineData("""{"model": """, "is not JSON")]
    public void Replay_ConfigurationWithFaults_IsRefused(string content, string expected)
    {
        Cli run = Cli.Run("replay", "sea-abrupt", "--instances", "10", "--config", _folder.Write("worker.json", content));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error);
    }
}
