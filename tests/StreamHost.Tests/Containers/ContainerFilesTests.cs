using System.Globalization;
using System.Text.RegularExpressions;
using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.StreamHost.Tests.Prometheus;
using StreamMoe.Tests.Common;
using StreamMoe.Worker.Configuration;
using YamlDotNet.RepresentationModel;

namespace StreamMoe.StreamHost.Tests.Containers;

/// <summary>Images and compose agree with the program: variables, ports, folders, commands, and with one another.</summary>
public sealed class ContainerFilesTests
{
    private static readonly string s_folder = Path.Combine(GoldenFiles.Root, "docker");

    private static YamlNode Services => Yaml.Load("docker", "compose.yaml").At("services");

    [Theory]
    [InlineData("docker/Dockerfile")]
    [InlineData("docker/Dockerfile.cuda")]
    [InlineData("docker/compose.yaml")]
    [InlineData("docs/deployment.md")]
    public void File_Variables_AreKeysOfTheConfigurationWithGoodValues(string file)
    {
        string text = File.ReadAllText(Path.Combine(GoldenFiles.Root, file));
        (string Name, string Value)[] set =
        [
            .. Regex.Matches(text, @"\b(STREAMMOE__\w+)(?:=|: )""?([^\s""\\`]+)").Select(m => (m.Groups[1].Value, m.Groups[2].Value)),
            .. Regex.Matches(text, @"name: (STREAMMOE__\w+),? *(?:\n *)?value: ""?([^\s""},]+)").Select(m => (m.Groups[1].Value, m.Groups[2].Value)),
        ];
        Assert.NotEmpty(set);
        // Values that Kubernetes and systemd fill in stand for any text.
        string token = Path.GetTempFileName();
        File.WriteAllText(token, "token");
        Dictionary<string, string> variables = set.DistinctBy(s => s.Name).ToDictionary(s => s.Name, s => s.Value.Replace("$(POD_NAME)", "streammoe-0", StringComparison.Ordinal).Replace("%d/http-token", token, StringComparison.Ordinal));
        WorkerConfiguration configuration = WorkerConfiguration.Load(null, variables, []); // throws, and names what is wrong
        File.Delete(token);
        foreach (ConfigurationEntry entry in configuration.Entries.Where(e => e.Origin.StartsWith("STREAMMOE__", StringComparison.OrdinalIgnoreCase)))
            Assert.Contains(entry.Origin, variables.Keys);
        // Those that are only mentioned are keys, too.
        Dictionary<string, string> named = Regex.Matches(text, @"\bSTREAMMOE__\w+").Select(m => m.Value).Distinct().ToDictionary(n => n, _ => "x");
        Assert.All(ConfigurationVariables.Read(named).Where(s => !s.Key.StartsWith("SECTION", StringComparison.Ordinal)), s => Assert.Null(ConfigurationKeys.Unknown(s)));
    }

    [Theory]
    [InlineData("Dockerfile")]
    [InlineData("Dockerfile.cuda")]
    public void Dockerfile_RunsAsAUserListensAndKeepsStateWhereItSays(string name)
    {
        string text = File.ReadAllText(Path.Combine(s_folder, name));
        string folder = Regex.Match(text, @"STREAMMOE__CHECKPOINTS__DIRECTORY=(\S+)").Groups[1].Value, port = Regex.Match(text, @"STREAMMOE__HTTP__PORT=(\d+)").Groups[1].Value;
        Assert.Matches($@"(?m)^VOLUME {folder}$", text);
        Assert.Matches($@"install -d -o \S+ -g \S+ -m 0750 {folder}\b", text);
        Assert.Matches($@"(?m)^EXPOSE {port}$", text);
        Assert.Equal(new HttpOptions().Port.ToString(), port);
        Assert.Matches(@"(?m)^USER (\$APP_UID|1654)$", text);
        Assert.True(text.IndexOf("\nUSER ", StringComparison.Ordinal) < text.IndexOf("\nENTRYPOINT ", StringComparison.Ordinal));
        Assert.Matches("""(?m)^HEALTHCHECK .* CMD \[.*"health", "--timeout", "5"\]$""", text);
        Assert.Matches("""(?m)^CMD \["serve"\]$""", text);
        foreach (Match image in Regex.Matches(text, @"(?m)^FROM (\S+)")) AssertPinned(image.Groups[1].Value);
        foreach (Match copied in Regex.Matches(text, @"(?m)^COPY (?!--from)(.*) \S+$"))
            foreach (string path in copied.Groups[1].Value.Split(' '))
            {
                Assert.True(Path.Exists(Path.Combine(GoldenFiles.Root, path)), $"{path} is copied, but not there");
                Assert.Contains("!" + path, File.ReadAllLines(Path.Combine(GoldenFiles.Root, ".dockerignore")));
            }
    }

    [Fact]
    public void Compose_Images_ArePinned()
    {
        foreach ((string name, YamlNode service) in Services.Pairs())
        {
            string image = service.At("image").Text();
            AssertPinned(image);
            if (service.Find("build") is not { } build) continue;
            Assert.True(File.Exists(Path.Combine(s_folder, build.At("context").Text(), build.At("dockerfile").Text())), $"{name}: no such Dockerfile");
        }
    }

    [Fact]
    public void Compose_EveryService_IsHardenedLimitedAndListensOnThisMachineAlone()
    {
        foreach ((string name, YamlNode service) in Services.Pairs())
        {
            Assert.Equal(["ALL"], service.At("cap_drop").List().Select(c => c.Text()));
            Assert.Equal(["no-new-privileges:true"], service.At("security_opt").List().Select(c => c.Text()));
            if (!service.At("image").Text().StartsWith("apache/kafka", StringComparison.Ordinal)) Assert.Equal("true", service.At("read_only").Text());
            Assert.NotEmpty(service.At("deploy").At("resources").At("limits").At("memory").Text());
            foreach (YamlNode port in service.Find("ports")?.List() ?? []) Assert.Matches(@"^127\.0\.0\.1:(\d+):\1$", port.Text());
            Assert.True(service.Find("privileged") is null, name);
        }
    }

    [Fact]
    public void Compose_Mounts_AreThereOrAreVolumes()
    {
        string[] volumes = [.. Yaml.Load("docker", "compose.yaml").At("volumes").Pairs().Select(v => v.Key)];
        foreach ((_, YamlNode service) in Services.Pairs())
            foreach (string mount in (service.Find("volumes")?.List() ?? []).Select(v => v.Text()))
            {
                string[] parts = mount.Split(':');
                if (!parts[0].StartsWith('.')) Assert.Contains(parts[0], volumes);
                else
                {
                    Assert.True(Path.Exists(Path.Combine(s_folder, parts[0])), $"{mount}: there is no {parts[0]}");
                    Assert.Equal("ro", parts[2]);
                }
            }
        Assert.Contains("streammoe-state:/var/lib/streammoe", Services.At("streammoe").At("volumes").List().Select(v => v.Text()));
    }

    [Fact]
    public void Compose_Dependencies_AreServicesWithWhatIsWaitedFor()
    {
        foreach ((string name, YamlNode service) in Services.Pairs())
            foreach ((string other, YamlNode how) in service.Find("depends_on")?.Pairs() ?? [])
            {
                YamlNode needed = Services.At(other);
                string condition = how.At("condition").Text();
                Assert.Contains(condition, (string[])["service_healthy", "service_started", "service_completed_successfully"]);
                if (condition == "service_healthy") Assert.True(needed.Find("healthcheck") is not null, $"{name} waits for the health of {other}, which has no check");
            }
    }

    [Fact]
    public void Compose_Topics_AreThoseThatWorkerAndFeederUse()
    {
        string script = Services.At("topics").At("command").List().Single().Text();
        string[] created = [.. Regex.Matches(script, @"(?m)^\s*create (\S+)").Select(m => m.Groups[1].Value)];
        WorkerConfiguration worker = Worker();
        Assert.Equal(((string[])[worker.Kafka.EventTopic, worker.Kafka.PredictionTopic, worker.Kafka.AuditTopic, worker.Kafka.DeadLetterTopic, worker.Kafka.ChangelogTopic]).Order(), created.Order());
        string[] feeder = Feeder();
        Assert.Equal(worker.Kafka.EventTopic, feeder[Array.IndexOf(feeder, "--topic") + 1]);
        Assert.Equal(worker.Kafka.BootstrapServers, feeder[Array.IndexOf(feeder, "--kafka") + 1]);
    }

    /// <summary>The feeder's command line is understood, and its stream drifts within the first minute.</summary>
    [Fact]
    public void Compose_Feeder_IsACommandWhoseStreamDriftsWithinAMinute()
    {
        string[] feeder = Feeder();
        double rate = double.Parse(feeder[Array.IndexOf(feeder, "--rate") + 1], CultureInfo.InvariantCulture);
        string stream = feeder[1];
        Assert.InRange(int.Parse(Regex.Match(stream, @"@(\d+)").Groups[1].Value, CultureInfo.InvariantCulture) / rate, 10, 60);
        // The same stream by the same command, without Kafka.
        Cli run = Cli.Run("generate", stream, "--instances", "10", "--output", "-");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Cli refused = Cli.Run([.. feeder.Select(a => a == "kafka:9092" ? "127.0.0.1:x" : a), "--unlabeled"]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--unlabeled", refused.Error); // the only fault
        Assert.DoesNotContain("--rate", refused.Error);
    }

    [Fact]
    public void Compose_PrometheusScrapesTheWorker()
    {
        YamlNode job = Yaml.Load("docker", "prometheus", "prometheus.yml").At("scrape_configs").List().First(), target = job.At("dns_sd_configs").List().Single();
        Assert.NotNull(Services.Find(target.At("names").List().Single().Text()));
        Assert.Equal(Worker().Http.Port.ToString(), target.At("port").Text());
        Assert.Equal("0.0.0.0", Worker().Http.Address);
        Assert.Equal("streammoe", job.At("job_name").Text());
    }

    /// <summary>What the worker of compose is told, by its image and by compose.</summary>
    private static WorkerConfiguration Worker()
    {
        Dictionary<string, string> variables = Regex.Matches(File.ReadAllText(Path.Combine(s_folder, "Dockerfile")), @"(STREAMMOE__\w+)=(\S+)").ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        foreach ((string name, YamlNode value) in Services.At("streammoe").At("environment").Pairs()) variables[name] = value.Text();
        return WorkerConfiguration.Load(null, variables, []);
    }

    private static string[] Feeder() => [.. Services.At("feeder").At("command").List().Select(a => a.Text())];

    private static void AssertPinned(string image)
    {
        Assert.Matches(@"^[\w./-]+:\d+\.\d+[\w.-]*$|^[\w./-]+:v\d+\.\d+\.\d+$", image);
        Assert.DoesNotContain("latest", image);
    }
}
