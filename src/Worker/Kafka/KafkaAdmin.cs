using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StreamMoe.Worker.Kafka;

/// <summary>Admin calls, which brokers may not answer, or refuse for want of rights: none of them is waited for longer than 5 s.</summary>
internal static class KafkaAdmin
{
    /// <summary>How long an answer is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Makes a call.</summary>
    /// <returns>What it brought, or why it brought nothing.</returns>
    public static async Task<(T? Found, Error? Error)> TryAsync<T>(Func<Task<T>> call) where T : class
    {
        try
        {
            return (await Task.Run(call).WaitAsync(Patience), null);
        }
        catch (TimeoutException)
        {
            return (null, new Error(ErrorCode.Local_TimedOut, $"no answer within {Patience.TotalSeconds:0} s"));
        }
        catch (KafkaException e)
        {
            return (null, ErrorOf(e));
        }
    }

    /// <summary>Makes a call that brings nothing.</summary>
    /// <returns>Null when it succeeded, or why it did not.</returns>
    public static async Task<Error?> DoAsync(Func<Task> call) => (await TryAsync(async () =>
    {
        await call();
        return "";
    })).Error;

    private static Error ErrorOf(KafkaException e) => e switch
    {
        CreateTopicsException create => create.Results.Select(r => r.Error).FirstOrDefault(error => error.IsError) ?? e.Error,
        CreatePartitionsException enlarge => enlarge.Results.Select(r => r.Error).FirstOrDefault(error => error.IsError) ?? e.Error,
        DescribeConfigsException configs => configs.Results.Select(r => r.Error).FirstOrDefault(error => error.IsError) ?? e.Error,
        DescribeConsumerGroupsException groups => groups.Results.ConsumerGroupDescriptions.Select(g => g.Error).FirstOrDefault(error => error.IsError) ?? e.Error,
        DeleteRecordsException records => records.Results.Select(r => r.Error).FirstOrDefault(error => error.IsError) ?? e.Error,
        _ => e.Error,
    };

    /// <summary>A topic's <c>cleanup.policy</c>, or why it is not known.</summary>
    public static async Task<(string? Policy, Error? Error)> CleanupPolicyAsync(IAdminClient admin, string topic)
    {
        (List<DescribeConfigsResult>? found, Error? error) = await TryAsync(() => admin.DescribeConfigsAsync(
            [new ConfigResource { Type = ResourceType.Topic, Name = topic }], new DescribeConfigsOptions { RequestTimeout = Patience }));
        return (found?[0].Entries.GetValueOrDefault("cleanup.policy")?.Value, error);
    }
}
