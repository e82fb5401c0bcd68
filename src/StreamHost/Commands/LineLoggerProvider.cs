using Microsoft.Extensions.Logging;

namespace StreamMoe.StreamHost.Commands;

/// <summary>Logs a line a message to standard error: time, number of the message (docs/worker.md), level, text; after it an exception's text.</summary>
internal sealed class LineLoggerProvider(LogLines output) : ILoggerProvider
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new LineLogger(this);

    /// <inheritdoc/>
    public void Dispose() { }

    private void Write(LogLevel level, EventId id, string text)
    {
        string name = level switch { LogLevel.Warning => "warning: ", LogLevel.Error or LogLevel.Critical => "error: ", _ => "" };
        output.Write($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} [{id.Id}] {name}{text}");
    }

    private sealed class LineLogger(LineLoggerProvider owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) owner.Write(logLevel, eventId, formatter(state, exception) + (exception is null ? "" : " " + exception.Message));
        }
    }
}
