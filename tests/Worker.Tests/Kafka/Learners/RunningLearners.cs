using Microsoft.Extensions.Logging.Abstractions;
using StreamMoe.Worker.Kafka.Learners;

namespace StreamMoe.Worker.Tests.Kafka.Learners;

/// <summary>A worker without learners at its brokers, in this process.</summary>
internal sealed class RunningLearners : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly KafkaLearners _source;
    private readonly CancellationTokenSource _stop = new();

    public RunningLearners(KafkaBench bench, int? learners)
    {
        _source = new KafkaLearners(bench.Settings, learners, NullLogger.Instance) { BetweenLooks = TimeSpan.FromSeconds(1) };
        Learners = new ScriptedLearners(_source);
        Ended = Task.Factory.StartNew(() => _source.Run(Learners, _stop.Token), TaskCreationOptions.LongRunning);
    }

    public ScriptedLearners Learners { get; }

    public Task Ended { get; }

    public Task StopAsync()
    {
        _stop.Cancel();
        return Ended.WaitAsync(s_patience);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _source.Dispose();
        _stop.Dispose();
    }
}
