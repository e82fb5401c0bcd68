using System.Text;
using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Kafka;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary><c>generate --kafka</c>.</summary>
public sealed class FeedTests
{
    [Fact]
    public void Generate_LabelsInEvents_KeyIsTheIdAndOrderThePositions()
    {
        using TestBrokers brokers = new();
        (string topic, string[] values) = Feed(brokers, partitions: 1, "--instances", "3");

        Assert.Equal(3, values.Length);
        Assert.Matches("""^e-0=\{"id":"e-0","features":\{"attrib1":[\d.]+,"attrib2":[\d.]+,"attrib3":[\d.]+\},"label":"group[AB]"\}$""", values[0]);
        Assert.Equal(["e-0", "e-1", "e-2"], brokers.Read(topic).Select(r => Encoding.UTF8.GetString(r.Key)));
    }

    [Fact]
    public void Generate_LabelDelay_EventAtTIsFollowedByLabelOfTMinusNAndTheRestComesAtTheEnd()
    {
        using TestBrokers brokers = new();
        (_, string[] values) = Feed(brokers, partitions: 1, "--instances", "5", "--label-delay", "3");

        Assert.Equal(["e-0", "e-1", "e-2", "e-3", "L-0", "e-4", "L-1", "L-2", "L-3", "L-4"], values.Select(Short));
    }

    [Fact]
    public void Generate_ManyPartitions_LabelStandsBehindItsEventInTheSamePartition()
    {
        using TestBrokers brokers = new();
        (string topic, _) = Feed(brokers, partitions: 4, "--instances", "200", "--label-delay", "20");

        Dictionary<string, (int Partition, long Offset)> events = [];
        foreach (KafkaRecord record in brokers.Read(topic))
        {
            string value = Encoding.UTF8.GetString(record.Value), key = Encoding.UTF8.GetString(record.Key);
            if (value.Contains("features", StringComparison.Ordinal)) events.Add(key, (record.Partition, record.Offset));
            else Assert.True(events[key].Partition == record.Partition && events[key].Offset < record.Offset);
        }
        Assert.Equal(4, events.Values.Select(e => e.Partition).Distinct().Count());
    }

    [Fact]
    public void Generate_LabelTopic_LabelsGoThereWithTheSameKeys()
    {
        using TestBrokers brokers = new();
        string labels = brokers.Name("labels");
        brokers.CreateTopic(labels, 2);
        (string topic, string[] values) = Feed(brokers, partitions: 2, "--instances", "50", "--unlabelled", "--label-topic", labels);

        Assert.DoesNotContain(values, v => v.Contains("label", StringComparison.Ordinal));
        Assert.Equal(brokers.Read(topic).Select(r => (r.Partition, Encoding.UTF8.GetString(r.Key))), brokers.Read(labels).Select(r => (r.Partition, Encoding.UTF8.GetString(r.Key))));
    }

    [Fact]
    public void Generate_LabelTopicWithOtherPartitionCount_IsRefused()
    {
        using TestBrokers brokers = new();
        (string events, string labels) = (brokers.Name("events"), brokers.Name("labels"));
        brokers.CreateTopic(events, 2);
        brokers.CreateTopic(labels, 3);
        Cli run = Cli.Run("generate", "sea:function=1", "--instances", "5", "--kafka", brokers.Addresses, "--topic", events, "--label-topic", labels);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"topic '{labels}' has 3 partitions and topic '{events}' 2", run.Error);
    }

    [Fact]
    public void Generate_ArrayUnlabelled_IsTheFeaturesAlone()
    {
        using TestBrokers brokers = new();
        (_, string[] values) = Feed(brokers, partitions: 1, "--instances", "2", "--array", "--unlabelled");

        Assert.Matches("""^e-1=\{"features":\[[\d.]+,[\d.]+,[\d.]+\]\}$""", values[1]);
    }

    [Fact]
    public void Generate_NoBroker_SaysSoAndNamesTheAddress()
    {
        Cli run = Cli.Run("generate", "sea:function=1", "--instances", "5", "--kafka", "127.0.0.1:1", "--topic", "events");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no broker at 127.0.0.1:1 answered within 10 s", run.Error);
    }

    private static (string Topic, string[] Values) Feed(TestBrokers brokers, int partitions, params string[] options)
    {
        string topic = brokers.Name("events");
        brokers.CreateTopic(topic, partitions);
        Cli run = Cli.Run(["generate", "sea:function=1", "--kafka", brokers.Addresses, "--topic", topic, .. options]);
        Assert.True(run.ExitCode == 0, run.Error);
        return (topic, [.. brokers.Read(topic).Select(r => $"{Encoding.UTF8.GetString(r.Key)}={Encoding.UTF8.GetString(r.Value)}")]);
    }

    private static string Short(string line)
    {
        string id = line.Split('=')[0];
        return line.Contains("features", StringComparison.Ordinal) ? id : id.Replace('e', 'L');
    }
}
