using Microsoft.Extensions.Logging;

namespace StreamMoe.Worker.Records;

/// <summary>A logger that never throws: whoever works must not be stopped by whoever watches. What the other logger fails at is lost.</summary>
internal sealed class QuietLogger : ILogger
{
    private readonly ILogger _other;

    private QuietLogger(ILogger other) => _other = other;

    /// <summary>The logger, made quiet; itself when it is already.</summary>
    public static ILogger Of(ILogger logger) => logger as QuietLogger ?? new QuietLogger(logger);

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return _other.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            _other.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // A full disk, a closed pipe, a provider's own fault: none of it is the work's.
        }
    }
}
