using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StreamMoe.Worker.Kafka;

/// <summary>Asks brokers for topics before a command begins its work, so that a wrong address or name is told at once.</summary>
internal static class KafkaTopics
{
    /// <summary>How long brokers have to answer, and to create a topic where they do so by themselves.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(200);

    /// <summary>The number of a topic's partitions.</summary>
    /// <param name="client">A client of the brokers; a producer makes brokers create the topic, where they do so by themselves.</param>
    /// <param name="addresses">The brokers, for messages.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="wait">Whether a topic that is not there is waited for.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <returns>0 when there is no such topic and it is not waited for.</returns>
    /// <exception cref="KafkaUnreachableException">No broker answered in time, or the topic was waited for in vain, or may not be seen.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static int PartitionCount(Handle client, string addresses, string topic, bool wait, CancellationToken stop = default)
    {
        using IAdminClient admin = new DependentAdminClientBuilder(client).Build();
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            TopicMetadata found = Ask(admin, addresses, topic);
            if (!found.Error.IsError && found.Partitions.Count > 0) return found.Partitions.Count;
            bool isMissing = found.Error.Code is ErrorCode.NoError or ErrorCode.UnknownTopicOrPart or ErrorCode.LeaderNotAvailable or ErrorCode.Local_UnknownTopic;
            if (!isMissing) throw new KafkaUnreachableException($"topic '{topic}' at {addresses} cannot be used: {found.Error.Reason}.");
            if (!wait) return 0;
            if (Stopwatch.GetElapsedTime(began) >= Patience)
                throw new KafkaUnreachableException($"topic '{topic}' was not found at {addresses}, and the brokers did not create it within {Patience.TotalSeconds:0} s. Create it, or give another name.");
            stop.WaitHandle.WaitOne(s_again);
        }
    }

    /// <summary>The largest batch that each topic takes (<c>max.message.bytes</c>), of those topics for which the brokers tell.</summary>
    public static IReadOnlyDictionary<string, int> LargestBatches(Handle client, IEnumerable<string> topics)
    {
        using IAdminClient admin = new DependentAdminClientBuilder(client).Build();
        Dictionary<string, int> found = new(StringComparer.Ordinal);
        ConfigResource[] resources = [.. topics.Distinct().Select(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic })];
        try
        {
            foreach (DescribeConfigsResult told in admin.DescribeConfigsAsync(resources, new DescribeConfigsOptions { RequestTimeout = KafkaAdmin.Patience }).GetAwaiter().GetResult())
                Note(told.ConfigResource, told.Entries);
        }
        catch (DescribeConfigsException e) // one of them may not be asked for, or is not there
        {
            foreach (DescribeConfigsReport told in e.Results) Note(told.ConfigResource, told.Entries);
        }
        catch (KafkaException)
        {
            // Brokers that do not tell: it is found out by trying.
        }
        return found;

        void Note(ConfigResource topic, Dictionary<string, ConfigEntryResult>? entries)
        {
            if (entries?.GetValueOrDefault("max.message.bytes")?.Value is { } text && int.TryParse(text, CultureInfo.InvariantCulture, out int bytes)) found[topic.Name] = bytes;
        }
    }

    private static TopicMetadata Ask(IAdminClient admin, string addresses, string topic)
    {
        try
        {
            return admin.GetMetadata(topic, Patience).Topics.Single(t => t.Topic == topic);
        }
        catch (KafkaException e)
        {
            throw new KafkaUnreachableException($"no broker at {addresses} answered within {Patience.TotalSeconds:0} s: {e.Error.Reason}. Check the address, and that the brokers run.", e);
        }
    }
}
