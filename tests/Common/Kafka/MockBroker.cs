using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace StreamMoe.Tests.Common.Kafka;

/// <summary>A Kafka cluster inside the test process, on ports of its own: librdkafka's mock cluster, which speaks the real protocol.</summary>
/// <remarks>Every test makes its own, so test classes run in parallel. It outlives a worker process that a test kills.
/// What it cannot do: transactions succeed and mean nothing (nobody is fenced, aborted records are seen, offsets in a transaction are not
/// stored), it keeps 5 MiB a partition, admin calls time out. A topic that nobody created has 4 partitions.</remarks>
internal sealed class MockBroker : IDisposable
{
    private readonly nint _client;
    private nint _cluster;

    public MockBroker(int brokers = 1)
    {
        _client = NewClient();
        _cluster = LibrdkafkaMock.ClusterNew(_client, brokers);
        if (_cluster == 0) throw new InvalidOperationException("librdkafka made no mock cluster.");
        BootstrapServers = Marshal.PtrToStringUTF8(LibrdkafkaMock.ClusterBootstraps(_cluster))!;
    }

    /// <value>Addresses of all brokers, as <c>kafka:bootstrapServers</c> takes them.</value>
    public string BootstrapServers { get; }

    public void CreateTopic(string topic, int partitions) => Check(LibrdkafkaMock.TopicCreate(_cluster, topic, partitions, replicas: 1));

    /// <summary>Brokers say from now on that there is no such topic.</summary>
    public void Hide(string topic) => LibrdkafkaMock.TopicSetError(_cluster, topic, ErrorCode.UnknownTopicOrPart);

    /// <summary>Undoes <see cref="Hide"/>: the topic is there, with 4 partitions.</summary>
    public void Show(string topic) => LibrdkafkaMock.TopicSetError(_cluster, topic, ErrorCode.NoError);

    /// <summary>Closes a broker's connections and refuses new ones. Brokers are numbered from 1.</summary>
    public void TakeDown(int broker = 1) => Check(LibrdkafkaMock.BrokerSetDown(_cluster, broker));

    public void BringUp(int broker = 1) => Check(LibrdkafkaMock.BrokerSetUp(_cluster, broker));

    /// <summary>Every answer takes so long from now on.</summary>
    public void SlowDown(TimeSpan answer, int broker = 1) => Check(LibrdkafkaMock.BrokerSetRtt(_cluster, broker, (int)answer.TotalMilliseconds));

    /// <summary>The next requests of one kind are answered with these errors, one each, instead of being done.</summary>
    public unsafe void FailNext(KafkaRequest request, params ErrorCode[] errors)
    {
        fixed (ErrorCode* first = errors) LibrdkafkaMock.PushRequestErrors(_cluster, (short)request, (nuint)errors.Length, first);
    }

    public void Dispose()
    {
        nint cluster = Interlocked.Exchange(ref _cluster, 0);
        if (cluster == 0) return;
        LibrdkafkaMock.ClusterDestroy(cluster);
        LibrdkafkaMock.Destroy(_client);
    }

    private static unsafe nint NewClient()
    {
        byte* error = stackalloc byte[512];
        nint configuration = LibrdkafkaMock.ConfigurationNew();
        _ = LibrdkafkaMock.ConfigurationSet(configuration, "log_level", "3", error, 512); // it has no brokers to connect to, and says so
        nint client = LibrdkafkaMock.New(LibrdkafkaMock.Producer, configuration, error, 512);
        return client != 0 ? client : throw new InvalidOperationException($"librdkafka made no client: {Marshal.PtrToStringUTF8((nint)error)}");
    }

    private static void Check(ErrorCode error)
    {
        if (error != ErrorCode.NoError) throw new InvalidOperationException($"The mock cluster answered {error}.");
    }
}
