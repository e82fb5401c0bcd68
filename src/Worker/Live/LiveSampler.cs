using Microsoft.Extensions.Logging;

namespace StreamMoe.Worker.Live;

/// <summary>Takes samples twice a second, on a thread of the pool. What fails there is the page's fault, and never ends the worker.</summary>
internal sealed partial class LiveSampler : IDisposable
{
    /// <summary>Time from one sample to the next: half a second.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private readonly Action _sample;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private int _busy;
    private bool _hasFailed; // guarded by _busy

    /// <param name="sample">Takes one sample; never called again before it is done.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told of the first failure.</param>
    public LiveSampler(Action sample, TimeProvider time, ILogger log)
    {
        (_sample, _log) = (sample, log);
        _timer = time.CreateTimer(_ => Sample(), null, Period, Period);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Sample()
    {
        if (Interlocked.Exchange(ref _busy, 1) != 0) return;
        try
        {
            _sample();
        }
        catch (Exception e) // whatever it is: on a timer's thread it would end the process
        {
            if (!_hasFailed) Failed(_log, e);
            _hasFailed = true;
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    [LoggerMessage(140, LogLevel.Error, "The live page could take no sample and has a gap; the worker goes on. Further failures of this kind are not logged.")]
    private static partial void Failed(ILogger logger, Exception fault);
}
