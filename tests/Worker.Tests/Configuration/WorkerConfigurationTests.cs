using StreamMoe.Streams.Options;
using StreamMoe.Tests.Common;
using StreamMoe.Worker.Configuration;

namespace StreamMoe.Worker.Tests.Configuration;

/// <summary>Where a value comes from, and what is refused with which words.</summary>
public sealed class WorkerConfigurationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _variables = [];
    private readonly List<KeyValuePair<string, string>> _set = [];
    private string? _file;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_Nothing_GivesTheDefaults()
    {
        WorkerConfiguration found = Load();

        Assert.Equal("", found.Kafka.BootstrapServers);
        Assert.Equal(Guarantee.ExactlyOnce, found.Kafka.Guarantee);
        Assert.Equal(TimeSpan.FromMilliseconds(5), found.Pipeline.Linger);
        Assert.Equal(new CheckpointOptions(), found.Checkpoints);
        Assert.Equal((CheckpointStoreKind.Directory, "./state", 100_000L, TimeSpan.FromMinutes(1), 3, false),
            (found.Checkpoints.Store, found.Checkpoints.Directory, found.Checkpoints.EveryEvents, found.Checkpoints.Every, found.Checkpoints.Keep, found.Checkpoints.AllowFreshModel));
        Assert.Equal(("adaptive", 1L, ""), (found.Model.Preset, found.Model.Seed, found.Model.Initial));
        Assert.Equal(("127.0.0.1", 9464, ""), (found.Http.Address, found.Http.Port, found.Http.Token));
        Assert.Equal("adaptive", found.Preset.Name);
        Assert.Empty(found.KafkaClient);
        Assert.All(found.Entries, e => Assert.Equal("default", e.Origin));
    }

    [Fact]
    public void Load_FileVariableAndSet_LaterWins()
    {
        File("""{"pipeline": {"linger": "PT1S", "capacity": 11, "queue": 111}, "http:port": 1}""");
        Variable("STREAMMOE__PIPELINE__CAPACITY", "22");
        Variable("STREAMMOE__PIPELINE__QUEUE", "222");
        Set("pipeline:queue", "3333");

        WorkerConfiguration found = Load();

        Assert.Equal((TimeSpan.FromSeconds(1), 22, 3333), (found.Pipeline.Linger, found.Pipeline.Capacity, found.Pipeline.Queue));
        Assert.Equal(1, found.Http.Port);
        Assert.Equal([_file!, "STREAMMOE__PIPELINE__CAPACITY", "--set", "default"],
            ((string[])["pipeline:linger", "pipeline:capacity", "pipeline:queue", "pipeline:threads"]).Select(k => Entry(found, k).Origin));
    }

    [Fact]
    public void Load_FaultOverridden_IsNoFault()
    {
        File("""{"pipeline": {"capacity": "many"}}""");
        Set("pipeline:capacity", "7");

        Assert.Equal(7, Load().Pipeline.Capacity);
    }

    [Fact]
    public void Load_VariablesOfOthers_AreLeftAlone()
    {
        Variable("STREAMMOE_TEST_BROKERS", "x");
        Variable("STREAMMOEKAFKA", "x");
        Variable("PATH", "x");

        Assert.Equal("", Load().Kafka.BootstrapServers);
    }

    [Theory]
    [InlineData("STREAMMOE__KAFKA__BOOTSTRAPSERVERS", "kafka:bootstrapServers")]
    [InlineData("streammoe__kafka__bootstrapServers", "kafka:bootstrapServers")]
    [InlineData("STREAMMOE__KAFKA__CLIENT__SASL_USERNAME", "kafka:client:sasl.username")]
    [InlineData("STREAMMOE__KAFKA__CLIENT__sasl.username", "kafka:client:sasl.username")]
    [InlineData("STREAMMOE__KAFKA__CLIENT__SASL__USERNAME", "kafka:client:sasl.username")]
    [InlineData("STREAMMOE__MODEL__OPTIONS__POOL", "model:options:pool")]
    public void Load_Variable_SetsItsKeyWhateverTheCase(string name, string key)
    {
        Variable(name, key == "model:options:pool" ? "naive-bayes" : "value");

        Assert.Equal(name, Entry(Load(), key).Origin);
    }

    [Fact]
    public void Load_VariableOfANestedModelOption_FindsItWhateverTheCase()
    {
        Set("model:preset", "moe-data");
        Variable("STREAMMOE__MODEL__OPTIONS__ROUTER__LEARNINGRATE", "0.5");
        Variable("STREAMMOE__MODEL__OPTIONS__TREE_GRACEPERIOD", "77");

        Dictionary<string, string> options = Load().Preset.Options.ToDictionary();

        Assert.Equal(("0.5", "77"), (options["router.learningRate"], options["tree.gracePeriod"]));
    }

    [Fact]
    public void Load_NestedObjectsAndJoinedKeys_AreTheSame()
    {
        File("""
            { // comments and trailing commas are fine
              "kafka": {"client": {"security": {"protocol": "SSL"}, "sasl.username": "me"}},
              "kafka:client:socket.keepalive.enable": true,
              "model": {"preset": "moe-data", "options": {"router": {"interval": 64}, "topK": 2}},
            }
            """);

        WorkerConfiguration found = Load();

        Assert.Equal([("sasl.username", "me"), ("security.protocol", "SSL"), ("socket.keepalive.enable", "true")], found.KafkaClient.OrderBy(c => c.Key).Select(c => (c.Key, c.Value)));
        Assert.Equal(("64", "2"), (found.Preset.Options.ToDictionary()["router.interval"], found.Preset.Options.ToDictionary()["topK"]));
    }

    [Fact]
    public void Load_ManyFaults_AreAllTold_EachWithItsOriginFoundAndAllowed()
    {
        File("""{"pipeline": {"linger": "5ms"}, "kafk": {"groupId": "x"}, "labels": {"maxCount": 0}}""");
        Variable("STREAMMOE__HTTP__PORT", "70000");
        Variable("STREAMMOE__CHECKPOINTS__KEEPS", "3");
        Set("checkpoints:keep", "1");
        Set("kafka:guarantee", "twice");
        Set("kafka:groupID", "x");

        Assert.Equal(
        [
            $"{_file}: there is no section 'kafk' (found 'kafk:groupId'). Did you mean 'kafka'? Sections: kafka, pipeline, labels, checkpoints, model, events, schema, embedded, http, telemetry.",
            "STREAMMOE__CHECKPOINTS__KEEPS: there is no key 'checkpoints:keeps'. Did you mean 'checkpoints:keep'? Keys of checkpoints: store, directory, everyEvents, every, keep, allowFreshModel.",
            "--set: there is no key 'kafka:groupID'. Did you mean 'kafka:groupId'? Keys of kafka: bootstrapServers, groupId, eventTopic, labelTopic, predictionTopic, auditTopic, deadLetterTopic, changelogTopic, orderTopic, guarantee, commitInterval, maxDeadLetterBytes, client:*.",
            "--set: kafka:guarantee was 'twice'; must be one of exactly-once, at-least-once.",
            $"{_file}: pipeline:linger was '5ms'; must be an ISO 8601 duration in [PT0S, PT10S].",
            $"{_file}: labels:maxCount was '0'; must be an integer in [1, 10000000].",
            "--set: checkpoints:keep was '1'; must be an integer in [2, 100].",
            "STREAMMOE__HTTP__PORT: http:port was '70000'; must be an integer in [0, 65535].",
        ], Faults());
    }

    [Theory]
    [InlineData("1", false)]
    [InlineData("2", true)]
    [InlineData("partition", true)]
    public void Load_KeyAsAttributeWithALabelTopic_NeedsOneLearner(string learners, bool refused)
    {
        Set("schema:file", _folder.Write("schema.json", "{}"));
        Set("events:keyAsAttribute", "true");
        Set("kafka:labelTopic", "labels");
        Set("model:learners", learners);

        if (!refused) Assert.True(Load().Events.KeyAsAttribute);
        else Assert.StartsWith($"--set: events:keyAsAttribute was true while kafka:labelTopic is 'labels' and model:learners '{learners}'", Assert.Single(Faults()), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ModelFaults_NameTheirOrigin()
    {
        File("""{"model": {"preset": "moe-data", "options": {"topK": 2, "topKK": 1}}}""");
        Set("model:options:experts", "1000");

        IReadOnlyList<string> faults = Faults();

        Assert.Equal(2, faults.Count);
        Assert.StartsWith($"{_file}: model moe-data has no option 'topKK'. Did you mean 'topK'?", faults[0]);
        Assert.Equal("--set: model moe-data: experts was '1000'; must be an integer in [1, 64].", faults[1].Replace("experts was 1000", "experts was '1000'"));
    }

    [Fact]
    public void Load_UnknownModel_NamesOriginAndModels()
    {
        Variable("STREAMMOE__MODEL__PRESET", "adaptiv");

        Assert.StartsWith("STREAMMOE__MODEL__PRESET: there is no model 'adaptiv'. Did you mean 'adaptive'?", Assert.Single(Faults()));
    }

    [Fact]
    public void Load_SameKeyTwiceInTheFile_IsRefused()
    {
        File("""{"http": {"port": 1}, "http:port": 2}""");

        Assert.Equal([$"{_file}: http:port stands there twice."], Faults());
    }

    [Fact]
    public void Load_SameKeyInTwoVariables_IsRefused()
    {
        Variable("STREAMMOE__HTTP__PORT", "1");
        Variable("STREAMMOE__http__port", "2");

        Assert.Equal(["STREAMMOE__http__port: http:port was also set by STREAMMOE__HTTP__PORT; set one of them."], Faults());
    }

    [Theory]
    [InlineData("""{"http": {"port": [1]}}""", "http:port was a list; must be a text, a number, true or false.")]
    [InlineData("""{"http": {"port": null}}""", "http:port was null; must be a text, a number, true or false.")]
    [InlineData("""[1]""", "found a list; must be an object in braces.")]
    [InlineData("""{"http": """, "is not JSON:")]
    [InlineData("""{"http": 1}""", "there is no key 'http'. Keys of http: address, port, token, tokenFile, hostNames, requestsPerSecond.")]
    public void Load_MalformedFile_IsTold(string content, string expected)
    {
        File(content);

        Assert.StartsWith($"{_file}: {expected}", Assert.Single(Faults()));
    }

    [Fact]
    public void Load_MissingFile_IsTold()
    {
        _file = "missing.json";

        Assert.Equal(["missing.json: the file 'missing.json' was not found."], Faults());
    }

    [Theory]
    [InlineData("enable.auto.commit")]
    [InlineData("enable.auto.offset.store")]
    [InlineData("isolation.level")]
    [InlineData("enable.idempotence")]
    [InlineData("transactional.id")]
    [InlineData("group.protocol")]
    [InlineData("partition.assignment.strategy")]
    public void Load_ClientPropertyThatTheWorkerSets_IsRefusedWithTheReason(string property)
    {
        Set($"kafka:client:{property}", "x");

        Assert.Equal([$"--set: kafka:client:{property} cannot be set: {KafkaClientKeys.Refused[property]}."], Faults());
    }

    [Fact]
    public void Load_RefusedPropertyInOtherLetters_IsRefusedToo()
    {
        Variable("STREAMMOE__KAFKA__CLIENT__ENABLE_AUTO_COMMIT", "true");
        Set("kafka:client:Isolation.Level", "x");

        Assert.Equal(2, Faults().Count);
    }

    [Theory]
    [InlineData("kafka:client:sasl.password", "kafka:client:sasl.password.file")]
    [InlineData("kafka:client:ssl.key.password", "kafka:client:ssl.key.password.file")]
    [InlineData("kafka:client:ssl.keystore.password", "kafka:client:ssl.keystore.password.file")]
    [InlineData("kafka:client:sasl.oauthbearer.client.secret", "kafka:client:sasl.oauthbearer.client.secret.file")]
    [InlineData("kafka:client:ssl.key.pem", "kafka:client:ssl.key.pem.file")]
    [InlineData("kafka:client:sasl.oauthbearer.assertion.private.key.passphrase", "kafka:client:sasl.oauthbearer.assertion.private.key.passphrase.file")]
    [InlineData("http:token", "http:tokenFile")]
    [InlineData("telemetry:otlpHeaders", "telemetry:otlpHeadersFile")]
    public void Load_SecretOnTheCommandLine_IsRefusedWithoutShowingIt(string key, string fileKey)
    {
        Set(key, "hush");

        string fault = Assert.Single(Faults());

        Assert.Equal($"--set: {key} is a secret, and a command line is visible in the list of processes; set the variable {ConfigurationVariables.NameOf(key)}, or {fileKey} to a file that holds it.", fault);
    }

    [Fact]
    public void Load_SecretsFromEnvironmentAndFiles_AreTakenAndMasked()
    {
        string secret = _folder.Write("secret", "from-the-file\n");
        File("""{"kafka": {"client": {"ssl.key.password": "hush1"}}}""");
        Variable("STREAMMOE__KAFKA__CLIENT__SSL_KEY_PEM", "hush2");
        Set("kafka:client:sasl.password.file", secret);
        Set("http:tokenFile", secret);

        WorkerConfiguration found = Load();

        Assert.Equal(("hush1", "hush2", secret), (found.KafkaClient["ssl.key.password"], found.KafkaClient["ssl.key.pem"], found.KafkaClient["sasl.password.file"]));
        Assert.Equal("from-the-file", found.Http.ReadToken());
        Assert.Equal(("***", "***", secret), (Entry(found, "kafka:client:ssl.key.password").Value, Entry(found, "kafka:client:ssl.key.pem").Value, Entry(found, "kafka:client:sasl.password.file").Value));
    }

    [Fact]
    public void Load_TokenInAVariable_IsMaskedWhereverItIsPrinted()
    {
        Variable("STREAMMOE__HTTP__TOKEN", "hush");

        WorkerConfiguration found = Load();

        Assert.Equal("hush", found.Http.ReadToken());
        Assert.Equal("***", Entry(found, "http:token").Value);
        Assert.DoesNotContain("hush", found.Http.ToString());
    }

    [Fact]
    public void Load_SecretFileThatIsNotThere_IsTold()
    {
        Set("http:tokenFile", "/nowhere/token");
        Set("kafka:client:sasl.password.file", "/nowhere/password");

        Assert.Equal(
        [
            "--set: kafka:client:sasl.password.file was '/nowhere/password'; must be a file that holds the value of sasl.password. Nothing is there.",
            "--set: http:tokenFile was '/nowhere/token'; must be a file that holds the token. Nothing is there.",
        ], Faults());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\r\n\r\n")]
    [InlineData(" \t \n")]
    [InlineData("two words\n")]
    [InlineData("zwölf")]
    [InlineData("a\u0000b")]
    [InlineData("a\nb\n")]
    [InlineData("\uFEFF\n")]
    public void Load_TokenFileThatGivesNoToken_IsAnErrorAndNeverNoToken(string content)
    {
        Set("http:tokenFile", _folder.Write("token", content));
        string fault = Assert.Single(Faults());
        Assert.StartsWith("--set: http:tokenFile was '", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("zw", fault);
        Assert.Throws<OptionException>(() => new HttpOptions { TokenFile = _folder.File("token") }.ReadToken());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("zwölf")]
    [InlineData("a\tb")]
    public void Load_TokenVariableThatGivesNoToken_IsAnErrorAndNeverNoToken(string value)
    {
        Variable("STREAMMOE__HTTP__TOKEN", value);
        Assert.StartsWith("STREAMMOE__HTTP__TOKEN: http:token was given, ", Assert.Single(Faults()), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EmptyTokenFileName_IsAnErrorAndNeverNoToken()
    {
        Variable("STREAMMOE__HTTP__TOKENFILE", "");
        Assert.StartsWith("STREAMMOE__HTTP__TOKENFILE: http:tokenFile was given, and is empty", Assert.Single(Faults()), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TokenLongerThanAHeaderTakes_IsAnError()
    {
        Assert.Null(HttpOptions.FaultOf(new string('x', HttpOptions.LongestToken)));
        Variable("STREAMMOE__HTTP__TOKEN", new string('x', HttpOptions.LongestToken + 1));
        Assert.Single(Faults());
    }

    [Theory]
    [InlineData("sasl.pasword", false)]
    [InlineData("https.proxy", false)]
    [InlineData("sasl.oauthbearer.token.endpoint.url", false)]
    [InlineData("anything.new", false)]
    [InlineData("sasl.username", true)]
    [InlineData("session.timeout.ms", true)]
    [InlineData("sasl.password.file", true)]
    public void Load_ClientPropertyThatIsNotKnownToBeHarmless_IsMasked(string name, bool shown)
    {
        string value = _folder.Write("value", "http://user:hush@proxy");
        File($$$$"""{"kafka": {"client": {"{{{{name}}}}": "{{{{value}}}}"}}}""");
        Assert.Equal(shown ? value : "***", Entry(Load(), "kafka:client:" + name).Value);
    }

    [Fact]
    public void Load_TokenAndTokenFile_AreRefused()
    {
        Variable("STREAMMOE__HTTP__TOKEN", "hush");
        Set("http:tokenFile", _folder.Write("token", "x"));

        Assert.Equal(["--set: http:tokenFile was given, and so was http:token; give one of them."], Faults());
    }

    [Fact]
    public void Load_CheckpointsInKafkaWithoutKafka_AreRefused()
    {
        Set("checkpoints:store", "kafka");

        Assert.Equal(["--set: checkpoints:store was kafka while kafka:bootstrapServers is empty; set kafka:bootstrapServers, or checkpoints:store to directory."], Faults());

        Set("kafka:bootstrapServers", "b:9092");
        Assert.Equal(CheckpointStoreKind.Kafka, Load().Checkpoints.Store);
    }

    [Theory]
    [InlineData("model:initial", "none.ckpt", "must be a checkpoint file. Nothing is there.")]
    [InlineData("schema:file", "none.json", "must be a schema file. Nothing is there.")]
    [InlineData("http:address", "example", "must be an IP address or localhost.")]
    public void Load_ValueThatCannotBe_SaysWhatMustBe(string key, string value, string expected)
    {
        Set(key, value);

        Assert.Equal([$"--set: {key} was '{value}'; {expected}"], Faults());
    }

    [Fact]
    public void Load_MergeMaxWaitBelowMergeWait_IsRefused()
    {
        Set("pipeline:mergeWait", "PT2S");
        Assert.Equal(["pipeline:mergeMaxWait was PT1S; must be at least mergeWait, which is PT2S."], Faults());

        Set("pipeline:mergeMaxWait", "PT2S");
        Assert.Equal(TimeSpan.FromSeconds(2), Load().Pipeline.MergeMaxWait);
    }

    private void File(string content) => _file = _folder.Write("worker.json", content);

    private void Variable(string name, string value) => _variables.Add(name, value);

    private void Set(string key, string value) => _set.Add(new(key, value));

    private WorkerConfiguration Load() => WorkerConfiguration.Load(_file, _variables, _set);

    private IReadOnlyList<string> Faults() => Assert.Throws<OptionException>(Load).Faults;

    private static ConfigurationEntry Entry(WorkerConfiguration configuration, string key) => configuration.Entries.Single(e => e.Key == key);
}
