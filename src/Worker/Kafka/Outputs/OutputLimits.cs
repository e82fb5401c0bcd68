using System.Collections.Concurrent;
using System.Globalization;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Kafka.Outputs;

/// <summary>How large a record may be that goes to a topic: what the client takes, or less where the brokers take less.</summary>
/// <remarks>One for all partitions of a worker. A topic's own limit (<c>max.message.bytes</c>) is asked for at first, and when the brokers refuse something
/// as too large; where they do not tell it, it is lowered by what they refused. Any thread.</remarks>
internal sealed class OutputLimits
{
    /// <summary>librdkafka's default of <c>message.max.bytes</c>.</summary>
    private const int Default = 1_000_000;

    private readonly ConcurrentDictionary<string, int> _topics = new(StringComparer.Ordinal);
    private readonly Func<string[], IReadOnlyDictionary<string, int>> _ask;
    private readonly int _client;
    private int _askedFirst;

    /// <param name="settings">The section <c>kafka</c>.</param>
    /// <param name="ask">Asks the brokers for the limits of topics; what they do not tell is left out.</param>
    public OutputLimits(KafkaSettings settings, Func<string[], IReadOnlyDictionary<string, int>>? ask = null)
    {
        (Options, _ask) = (settings.Options, ask ?? (_ => new Dictionary<string, int>()));
        _client = KafkaClientKeys.Resolved(settings.Client).FirstOrDefault(p => p.Key == "message.max.bytes").Value is { } text
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int bytes) ? bytes : Default;
    }

    /// <value>Names the topics.</value>
    public KafkaOptions Options { get; }

    /// <value>The least that any topic takes, as far as it is known.</value>
    public int Least => _topics.IsEmpty ? _client : Math.Min(_client, _topics.Values.Min());

    /// <summary>Bytes of a record at most, as <see cref="Events.OutputSize"/> reckons.</summary>
    public int Of(string topic) => _topics.TryGetValue(topic, out int bytes) ? Math.Min(bytes, _client) : _client;

    /// <summary>A topic has refused a record that came to it alone: it takes less than that.</summary>
    /// <remarks>A prediction is replaced, not cut, so there it counts to the byte; anything else is cut in larger steps.</remarks>
    public void Refused(in OutputRecord record)
        => Lower(record.Topic, (int)Math.Min(int.MaxValue, record.Kind == OutputKind.Prediction ? record.Size - 1 : record.Size * 3 / 4));

    /// <summary>A topic takes no more than this.</summary>
    public void Lower(string topic, int bytes) => _topics.AddOrUpdate(topic, bytes, (_, known) => Math.Min(known, bytes));

    /// <value>True once the brokers have told a limit.</value>
    public bool AreTold { get; private set; }

    /// <value>True while outputs are sent one by one, so that it is known which one is refused: the brokers do not tell what they take.</value>
    public bool AreFoundByTrying { get; set; }

    /// <value>True when some topic takes less than the client, as far as it is known.</value>
    public bool AreLower => Least < _client;

    /// <summary>Asks once, before anything is written: with brokers before 2.5 a transactional producer cannot go on after a refusal.</summary>
    public void AskFirst()
    {
        if (Interlocked.Exchange(ref _askedFirst, 1) == 0) Ask();
    }

    /// <summary>Asks the brokers for the limits of the output topics.</summary>
    /// <returns>True when one is lower than was known.</returns>
    public bool Ask()
    {
        int least = Least;
        foreach ((string topic, int bytes) in _ask([Options.PredictionTopic, Options.AuditTopic, Options.DeadLetterTopic]))
        {
            Lower(topic, bytes);
            AreTold = true;
        }
        return Least < least;
    }
}
