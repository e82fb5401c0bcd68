using System.Text;
using StreamMoe.Streams.Options;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.Tests.Common;
using StreamMoe.Worker.Configuration;

namespace StreamMoe.StreamHost.Tests.Fuzz;

/// <summary>Damaged configuration files, variables and --set: each is taken, or refused with every fault and where it stands.</summary>
public sealed class ConfigurationFuzzTests : IDisposable
{
    private static readonly string[] s_settings =
    [
        "kafka:bootstrapServers=b1:9092,b2:9092", "kafka:guarantee=at-least-once", "kafka:client:sasl.username=me", "kafka:commitInterval=PT0.1S", "pipeline:linger=PT0.005S", "pipeline:capacity=512",
        "labels:maxCount=1000", "checkpoints:every=PT1M", "checkpoints:keep=3", "model:preset=moe-data", "model:options:topK=2", "model:options:router.learningRate=0.01", "model:options:pool=hoeffding-tree net:hidden1=16",
        "model:options:tree.gracePeriod=50", "schema:inferWait=PT10M", "embedded:driftEvery=5000", "http:address=127.0.0.1", "http:port=0", "http:requestsPerSecond=200",
    ];

    private static readonly string[] s_pieces =
    [
        "{", "}", "[", "]", "\"", ":", ",", "=", "\\", "\\ud800", "\\udc00", "null", "true", "1e999", "-1", "99999999999", "PT", "P99999999999D", "PT1e5S", "--", "kafka:", "kafka:client:", "model:options:", "model:", "http:token", ":", "::",
        ".file", "enable.auto.commit", "adaptive", "moe-task", "net:", "hidden1=-1", "@temporal", "/* ", "// ", " ", "http:tokenFile=/nowhere",
    ];

    private static readonly Mutation s_files = new(
    [
        .. ((string[])
        [
            """
            { // a comment
              "kafka": {"bootstrapServers": "b:9092", "groupId": "g", "client": {"security": {"protocol": "SSL"}, "sasl.username": "me"}},
              "pipeline": {"linger": "PT0.01S", "capacity": 64}, "checkpoints": {"store": "directory", "every": "PT1M", "keep": 3, "allowFreshModel": false},
              "model": {"preset": "moe-data", "seed": 7, "options": {"router": {"interval": 64}, "topK": 2}},
              "http": {"address": "127.0.0.1", "port": 0},
            }
            """,
            """{"model": {"preset": "adaptive", "options": {"pool": "net:hidden1=16 hoeffding-tree", "lifecycle.enabled": "false"}}, "labels:maxCount": 10, "schema": {"inferFrom": 5}}""",
        ]).Select(Encoding.UTF8.GetBytes),
    ], s_pieces);

    private static readonly Mutation s_lines = new([.. s_settings.Select(Encoding.UTF8.GetBytes)], s_pieces);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void File_SomeDamaged_AreTakenOrRefusedWithAllFaults() => Files(FuzzCases.Quick);

    [Fact, Trait("Category", "Slow")]
    public void File_ManyDamaged_AreTakenOrRefusedWithAllFaults() => Files(FuzzCases.ConfigurationFiles);

    [Fact]
    public void SetAndVariables_SomeDamaged_AreTakenOrRefusedWithAllFaults() => Lines(FuzzCases.Quick);

    [Fact, Trait("Category", "Slow")]
    public void SetAndVariables_ManyDamaged_AreTakenOrRefusedWithAllFaults() => Lines(FuzzCases.Settings);

    private void Files(int cases)
    {
        string path = _folder.File("worker.json");
        Check(cases, FuzzRun.Run(cases, s_files.Make, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            return IsTaken(() => WorkerConfiguration.Load(path, new Dictionary<string, string>(), []));
        }));
    }

    private static void Lines(int cases) => Check(cases, FuzzRun.Run(cases, s_lines.Make, bytes => IsTaken(() =>
    {
        string text = Encoding.UTF8.GetString(bytes);
        if (bytes.Length % 2 == 0) return WorkerConfiguration.Load(null, new Dictionary<string, string>(), Settings.Split([text]));
        string[] sides = text.Split('=', 2);
        string name = "STREAMMOE__" + sides[0].Replace(":", "__").Replace('.', '_').ToUpperInvariant();
        return WorkerConfiguration.Load(null, new Dictionary<string, string> { [name] = sides.Length == 2 ? sides[1] : "" }, []);
    })));

    private static bool IsTaken(Func<WorkerConfiguration> load)
    {
        try
        {
            foreach (ConfigurationEntry entry in load().Entries)
                if (entry.Key.Length == 0 || entry.Origin.Length == 0) Assert.Fail($"An entry is '{entry.Key}' by '{entry.Origin}'.");
            return true;
        }
        catch (OptionException e)
        {
            Assert.NotEmpty(e.Faults);
            foreach (string fault in e.Faults)
                if (fault.Length < 20 || !fault.EndsWith('.') && !fault.Contains("is not JSON", StringComparison.Ordinal)) Assert.Fail($"A fault is '{fault}'.");
            return false;
        }
        catch (UsageException e)
        {
            Assert.StartsWith("--set was '", e.Message, StringComparison.Ordinal);
            return false;
        }
    }

    private static void Check(int cases, (int Accepted, int Refused) found)
        => Assert.True(Environment.GetEnvironmentVariable(FuzzRun.Only) is not null || Math.Min(found.Accepted, found.Refused) > cases / 50, $"{found} of {cases}");
}
