using Microsoft.Extensions.Logging;

namespace StreamMoe.Worker.Kafka;

/// <summary>Frees clients, for a bounded time.</summary>
internal static class KafkaClients
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);

    /// <summary>Frees a client. One that does not end, as happens after brokers were away, is left alone: its memory is lost, but the worker goes on.</summary>
    public static void Free(IDisposable client, ILogger log)
    {
        if (!Task.Run(client.Dispose).Wait(s_longest)) KafkaLog.FreeingTooLong(log, client.GetType().Name, s_longest.TotalSeconds);
    }
}
