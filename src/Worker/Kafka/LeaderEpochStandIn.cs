using System.Reflection;
using Confluent.Kafka;

namespace StreamMoe.Worker.Kafka;

/// <summary>Stands in for three functions that librdkafka has from 2.1 on and that every consumed record calls.</summary>
/// <remarks>They read and write the leader epoch of an offset. Without it a consumer cannot notice a truncated log by the epoch, as before
/// 2.1; it reads −1, "unknown". The fields are private to Confluent.Kafka, so they are set by reflection, by name; a test watches that they
/// are still there.</remarks>
internal static class LeaderEpochStandIn
{
    private const int FirstVersionWithLeaderEpoch = 0x020100ff, Unknown = -1;

    /// <summary>Replaces the functions when the loaded library lacks them.</summary>
    /// <exception cref="KafkaLibraryException">This Confluent.Kafka has them elsewhere.</exception>
    public static void InstallWhereMissing()
    {
        if (Library.Version >= FirstVersionWithLeaderEpoch) return;
        Type functions = typeof(Library).Assembly.GetType("Confluent.Kafka.Impl.Librdkafka") ?? throw Moved("the type Confluent.Kafka.Impl.Librdkafka");
        Replace(functions, "_message_leader_epoch", nameof(Get));
        Replace(functions, "_topic_partition_get_leader_epoch", nameof(Get));
        Replace(functions, "_topic_partition_set_leader_epoch", nameof(Set));
    }

    private static void Replace(Type functions, string name, string method)
    {
        FieldInfo field = functions.GetField(name, BindingFlags.Static | BindingFlags.NonPublic) ?? throw Moved($"the field {name}");
        MethodInfo standIn = typeof(LeaderEpochStandIn).GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!;
        field.SetValue(null, Delegate.CreateDelegate(field.FieldType, standIn));
    }

    private static int Get(nint message) => Unknown;

    private static void Set(nint partition, int epoch)
    {
    }

    private static KafkaLibraryException Moved(string what)
        => new($"librdkafka {Library.VersionString} is older than 2.1 and this Confluent.Kafka no longer has {what}, so the old library cannot be helped. "
            + "Install librdkafka 2.1 or later.");
}
