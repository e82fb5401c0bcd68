using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace StreamMoe.Worker.Tests.Telemetry;

/// <summary>Keeps what is logged: number and text.</summary>
internal sealed class NotedLines : ILogger
{
    public ConcurrentQueue<(int Id, string Text)> All { get; } = new();

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => All.Enqueue((eventId.Id, formatter(state, exception)));
}
