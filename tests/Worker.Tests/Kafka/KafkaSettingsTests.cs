using Confluent.Kafka;
using StreamMoe.Streams.Options;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Kafka;

namespace StreamMoe.Worker.Tests.Kafka;

public sealed class KafkaSettingsTests
{
    [Theory]
    [InlineData("PT0.1S", 100)]
    [InlineData("PT1M", 60_000)]
    [InlineData("PT0.001S", 1)]
    public void Bind_CommitInterval_ReadsIsoDurations(string text, double milliseconds)
    {
        KafkaOptions options = OptionSet.Bind<KafkaOptions>([KeyValuePair.Create("commitInterval", text)], "kafka");

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), options.CommitInterval);
        Assert.Contains(KeyValuePair.Create("commitInterval", text), options.ToPairs());
    }

    [Theory]
    [InlineData("PT0S", "commitInterval was PT0S; must be an ISO 8601 duration in [PT0.001S, PT1M].")]
    [InlineData("PT2M", "commitInterval was PT2M; must be an ISO 8601 duration in [PT0.001S, PT1M].")]
    [InlineData("100ms", "commitInterval was '100ms'; must be an ISO 8601 duration in [PT0.001S, PT1M].")]
    public void Bind_CommitIntervalOutOfRange_SaysFoundAndAllowed(string text, string fault)
    {
        OptionException e = Assert.Throws<OptionException>(() => OptionSet.Bind<KafkaOptions>([KeyValuePair.Create("commitInterval", text)], "kafka"));

        Assert.Equal("kafka: " + fault, Assert.Single(e.Faults));
    }

    [Fact]
    public void Bind_Guarantee_TakesTheHyphenatedWord()
        => Assert.Equal(Guarantee.AtLeastOnce, OptionSet.Bind<KafkaOptions>([KeyValuePair.Create("guarantee", "at-least-once")], "kafka").Guarantee);

    [Theory]
    [InlineData("events", "predictionTopic was 'events', the event topic")]
    [InlineData("a b", "predictionTopic was 'a b'; must be 1 to 249")]
    [InlineData("", "predictionTopic was ''; must be 1 to 249")]
    public void Faults_TopicThatCannotBe_IsNamed(string topic, string fault)
        => Assert.Contains(fault, Assert.Single(new KafkaOptions { PredictionTopic = topic }.Faults()));

    [Theory]
    [InlineData("enable.auto.commit")]
    [InlineData("enable.auto.offset.store")]
    [InlineData("isolation.level")]
    [InlineData("enable.idempotence")]
    [InlineData("transactional.id")]
    [InlineData("group.protocol")]
    [InlineData("partition.assignment.strategy")]
    [InlineData("transactional.id.file")]
    public void Faults_PropertyThatTheWorkerSets_IsRefusedWithAReason(string key)
        => Assert.StartsWith($"client:{key} cannot be set: ", Assert.Single(Settings((key, "x")).Faults()));

    [Theory]
    [InlineData("sasl.password", true)]
    [InlineData("ssl.key.password", true)]
    [InlineData("ssl.key.pem", true)]
    [InlineData("sasl.oauthbearer.client.secret", true)]
    [InlineData("sasl.oauthbearer.config", true)]
    [InlineData("sasl.username", false)]
    [InlineData("ssl.key.location", false)]
    [InlineData("sasl.password.file", false)]
    public void ToPairs_Secrets_AreMasked(string key, bool secret)
        => Assert.Equal(secret ? "********" : "value", Settings((key, "value")).ToPairs().Single(p => p.Key == "client:" + key).Value);

    [Fact]
    public void GroupMember_SecretInAFile_IsReadWithoutItsLineEnd()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "hunter2\n");
            KafkaSettings settings = Settings(("sasl.password.file", file));

            Assert.Empty(settings.Faults());
            Assert.Equal("hunter2", settings.GroupMember().Get("sasl.password"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Faults_SecretFileMissing_NamesIt()
        => Assert.Contains("'/nowhere/at-all'", Assert.Single(Settings(("sasl.password.file", "/nowhere/at-all")).Faults()));

    [Fact]
    public void GroupMember_CommitsByHandAndReadsCommittedOnly()
    {
        ConsumerConfig config = Settings(("session.timeout.ms", "6000"), ("group.instance.id", "w1")).GroupMember();

        Assert.False(config.EnableAutoCommit);
        Assert.False(config.EnableAutoOffsetStore);
        Assert.Equal(IsolationLevel.ReadCommitted, config.IsolationLevel);
        Assert.Equal(PartitionAssignmentStrategy.CooperativeSticky, config.PartitionAssignmentStrategy);
        Assert.Equal(6000, config.SessionTimeoutMs);
        Assert.Equal("w1", config.GroupInstanceId);
    }

    [Fact]
    public void TransactionalProducer_IdIsGroupTopicLearner()
    {
        ProducerConfig config = Settings().TransactionalProducer(3);

        Assert.Equal("streammoe-events-l3", config.TransactionalId);
        Assert.True(config.EnableIdempotence);
    }

    private static KafkaSettings Settings(params (string Key, string Value)[] client)
        => new(new KafkaOptions { BootstrapServers = "localhost:9092" }, client.ToDictionary(c => c.Key, c => c.Value));
}
