using System.Runtime.InteropServices;
using System.Globalization;
using Confluent.Kafka;
using StreamMoe.Worker.Configuration;
using StreamMoe.Streams.Options;

namespace StreamMoe.Worker.Kafka;

/// <summary>All of the configuration's section <c>kafka</c>, and the client configurations that follow from it.</summary>
/// <param name="Options">Everything but <c>kafka:client:*</c>.</param>
/// <param name="Client">The properties under <c>kafka:client:</c>, by librdkafka's names.</param>
internal sealed record KafkaSettings(KafkaOptions Options, IReadOnlyDictionary<string, string> Client)
{
    /// <summary>Settings without properties of the client.</summary>
    public KafkaSettings(KafkaOptions options) : this(options, new Dictionary<string, string>()) { }

    /// <value>True when no broker is given: the built-in stream is served.</value>
    public bool IsEmbedded => Options.BootstrapServers.Length == 0;

    /// <summary>Everything that is wrong, one sentence each, options by their name within the section; empty when nothing is.</summary>
    public IReadOnlyList<string> Faults() => [.. Options.Faults(), .. KafkaClientKeys.Faults(Client)];

    /// <summary>Names and values for showing: secrets are masked.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ToPairs() =>
    [
        .. Options.ToPairs(),
        .. Client.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create("client:" + p.Key, KafkaClientKeys.Masked(p.Key, p.Value))),
    ];

    /// <summary>Name of the transactions of one learner; whoever takes it over fences its former owner.</summary>
    public string TransactionalId(int learner) => $"{Options.GroupId}-{Options.EventTopic}-l{learner}";

    /// <value>The topic of the order logs.</value>
    public string OrderTopic => Options.OrderTopic.Length > 0 ? Options.OrderTopic : $"{Options.GroupId}-{Options.EventTopic}-order";

    /// <value>How long a member may go without being polled: <c>max.poll.interval.ms</c>. The default is 5 minutes.</value>
    public TimeSpan MaxPollInterval => Milliseconds("max.poll.interval.ms", 300_000);

    /// <value>How long the brokers keep a transaction open whose producer is gone: <c>transaction.timeout.ms</c>. The default is a minute.</value>
    public TimeSpan TransactionTimeout => Milliseconds("transaction.timeout.ms", 60_000);

    /// <summary>A member of the group: commits by hand, cooperative rebalances, committed records only, an offset that is gone is an error.</summary>
    public ConsumerConfig GroupMember() => Filled(new ConsumerConfig
    {
        GroupId = Options.GroupId,
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
        IsolationLevel = IsolationLevel.ReadCommitted,
        PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
        AutoOffsetReset = AutoOffsetReset.Error,
        EnablePartitionEof = false,
        FetchWaitMaxMs = FetchWaitMilliseconds,
        TopicMetadataRefreshIntervalMs = 30_000, // how soon a learner more is noticed
    });

    /// <summary>A reader of single partitions, outside of the group's rebalances.</summary>
    public ConsumerConfig Reader() => Filled(new ConsumerConfig
    {
        GroupId = Options.GroupId,
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
        IsolationLevel = IsolationLevel.ReadCommitted,
        AutoOffsetReset = AutoOffsetReset.Error,
        EnablePartitionEof = true,
        FetchWaitMaxMs = FetchWaitMilliseconds,
    }, groupMember: false);

    /// <summary>A reader to which open transactions count; it reads nothing, but asks for ends of logs.</summary>
    public ConsumerConfig UncommittedReader()
    {
        ConsumerConfig config = Reader();
        config.IsolationLevel = IsolationLevel.ReadUncommitted;
        return config;
    }

    /// <summary>The producer of one learner, for exactly-once.</summary>
    public ProducerConfig TransactionalProducer(int learner)
    {
        ProducerConfig config = IdempotentProducer();
        config.TransactionalId = TransactionalId(learner);
        return config;
    }

    /// <summary>A producer whose retries neither repeat nor reorder a record. Keys go to partitions as Java's clients send them (murmur2).</summary>
    /// <param name="largestBatch">Bytes of a batch at most; null = as the client's own properties say.</param>
    public ProducerConfig IdempotentProducer(int? largestBatch = null)
    {
        ProducerConfig config = Filled(new ProducerConfig { EnableIdempotence = true, Partitioner = Partitioner.Murmur2Random });
        if (largestBatch is { } bytes && !(config.BatchSize < bytes)) config.BatchSize = bytes;
        return config;
    }

    /// <summary>How long a broker keeps a fetch open in which nothing has come. A client has one fetch a broker on its way: a partition that is resumed
    /// meanwhile waits for it.</summary>
    private const int FetchWaitMilliseconds = 20;

    private TimeSpan Milliseconds(string property, int otherwise)
        => TimeSpan.FromMilliseconds(Client.TryGetValue(property, out string? text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? given : otherwise);

    private T Filled<T>(T config, bool groupMember = true) where T : ClientConfig
    {
        config.BootstrapServers = Options.BootstrapServers;
        config.ClientId = "streammoe";
        // While all brokers are down librdkafka 2.16 begins to bootstrap again and again, with brokers to which no pause between tries applies: thousands of
        // connections a second, and no try of the brokers that were known. Without it the known brokers are tried, with growing pauses.
        config.MetadataRecoveryStrategy = MetadataRecoveryStrategy.None;
        foreach ((string key, string value) in KafkaClientKeys.Resolved(Client))
            if (groupMember || key != "group.instance.id") config.Set(key, value);
        return config;
    }

    // Confluent.Kafka tries the names of its package's files in turn. Where the first does not load (it needs Red Hat's libsasl2.so.3), the runtime would
    // go on to the system's folders and take an old librdkafka.so there, which librdkafka-dev brings, instead of the package's next file.
    static KafkaSettings() => NativeLibrary.SetDllImportResolver(typeof(Library).Assembly, static (name, assembly, _)
        => name.Contains("librdkafka", StringComparison.Ordinal) ? NativeLibrary.Load(name, assembly, DllImportSearchPath.AssemblyDirectory) : 0);

    /// <summary>Builds a client, with an error of our own for a property that librdkafka refuses.</summary>
    /// <exception cref="OptionException">librdkafka does not know a property, or refuses its value.</exception>
    /// <exception cref="DllNotFoundException">librdkafka, which comes with Confluent.Kafka, is missing or does not load here.</exception>
    public static T Build<T>(Func<T> build)
    {
        try
        {
            return build();
        }
        catch (DllNotFoundException e)
        {
            throw new DllNotFoundException($"Kafka needs the native library librdkafka, which comes with the program, and none of its files could be loaded on "
                + $"{RuntimeInformation.RuntimeIdentifier} from {AppContext.BaseDirectory}: {e.Message} It is there for x64 and arm64, for glibc 2.28 or later and for musl; "
                + "build the program again where files are missing.", e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException and not OptionException)
        {
            throw new OptionException([$"kafka:client: librdkafka {Library.VersionString} refuses the configuration: {e.Message}"]);
        }
    }
}
