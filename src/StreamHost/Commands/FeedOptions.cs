using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.Streams;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Feed;

namespace StreamMoe.StreamHost.Commands;

/// <summary>The options with which <c>generate</c> sends events to Kafka instead of writing a file.</summary>
internal sealed class FeedOptions
{
    private readonly Option<string?> _kafka = new("--kafka") { Description = "Send the instances as events to these brokers (host:port, separated by commas).", HelpName = "brokers" };
    private readonly Option<string?> _topic = new("--topic") { Description = "Kafka: the topic of the events.", HelpName = "topic" };
    private readonly Option<double?> _rate = new("--rate") { Description = "Kafka: events a second at most. The default is as many as the brokers take.", HelpName = "n" };
    private readonly Option<bool> _unlabelled = new("--unlabelled") { Description = "Kafka: leave labels out of the events. With --label-topic or --label-delay they come late, else never." };
    private readonly Option<string?> _labelTopic = new("--label-topic") { Description = "Kafka: send labels late, to this topic; it must have as many partitions as the other.", HelpName = "topic" };
    private readonly Option<long?> _labelDelay = CommonOptions.OptionalNumber("--label-delay", "Kafka: send labels late: the event at position t is followed by the label of t-N; the rest at the end. The default with --label-topic is 0.", 0, 10_000_000);
    private readonly Option<bool> _array = new("--array") { Description = "Kafka: features as an array in schema order, and no id unless labels come late: the shortest events." };
    private readonly Option<string[]> _client = new("--client") { Description = "Kafka: a property of librdkafka, such as compression.type=lz4; may be repeated.", HelpName = "property=value" };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_kafka, _topic, _rate, _unlabelled, _labelTopic, _labelDelay, _array, _client]) command.Add(option);
    }

    /// <summary>True when events are to be sent.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_kafka) is not null;

    /// <summary>Refuses options for Kafka that were given without Kafka.</summary>
    /// <exception cref="UsageException">There is one.</exception>
    public void RefuseWithoutKafka(ParseResult parsed)
    {
        foreach (Option option in (Option[])[_topic, _rate, _unlabelled, _labelTopic, _labelDelay, _array, _client])
            if (parsed.GetResult(option) is { Implicit: false }) throw new UsageException($"{option.Name} was given without --kafka; it only says how events are sent there.");
    }

    /// <summary>Sends a stream.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="UsageException">The options contradict each other.</exception>
    /// <exception cref="InputException">The brokers or the topic cannot be reached.</exception>
    public int Feed(ParseResult parsed, InstanceStream stream, long limit, TextWriter error)
    {
        KafkaSettings settings = SettingsOf(parsed);
        FeedPlan plan = PlanOf(parsed, settings.Options.EventTopic);
        using Interruption interruption = new();
        long began = Stopwatch.GetTimestamp();
        try
        {
            using EventFeeder feeder = new(settings, plan, interruption.Token);
            feeder.Feed(stream, limit, interruption.Token);
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            string labels = plan.Labels == FeedLabels.Late ? $" and {feeder.Labels} labels" : "";
            string place = plan.LabelTopic is null ? plan.Topic : $"{plan.Topic} and {plan.LabelTopic}";
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{feeder.Events} events{labels} sent to {place} in {seconds:0.0} s, {(feeder.Events + feeder.Labels) / seconds:0} a second"));
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (KafkaUnreachableException e)
        {
            throw new InputException(e.Message);
        }
        return interruption.Token.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Done;
    }

    private KafkaSettings SettingsOf(ParseResult parsed)
    {
        if (parsed.GetValue(_topic) is not { } topic) throw new UsageException("--topic was not given; --kafka needs the topic to send to.");
        KafkaSettings settings = new(new KafkaOptions { BootstrapServers = parsed.GetValue(_kafka)!, EventTopic = topic },
            Settings.Split(parsed.GetValue(_client), _client.Name).ToDictionary(s => s.Key, s => s.Value));
        if (settings.Faults() is { Count: > 0 } faults) throw new UsageException(string.Join(Environment.NewLine, faults.Select(f => f.Replace("eventTopic was", "--topic was", StringComparison.Ordinal))));
        return settings;
    }

    private FeedPlan PlanOf(ParseResult parsed, string topic)
    {
        double? rate = parsed.GetValue(_rate);
        if (rate is not (null or (> 0 and <= 1e9))) throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--rate was {rate}; must be in (0, 1000000000]."));
        string? labelTopic = parsed.GetValue(_labelTopic);
        long? delay = parsed.GetValue(_labelDelay);
        FeedLabels labels = labelTopic is not null || delay is not null ? FeedLabels.Late : parsed.GetValue(_unlabelled) ? FeedLabels.None : FeedLabels.InEvents;
        return new FeedPlan(topic, labels)
        {
            LabelTopic = labelTopic == topic ? null : labelTopic,
            LabelDelay = (int)(delay ?? 0),
            AsArray = parsed.GetValue(_array),
            Rate = rate,
        };
    }
}
