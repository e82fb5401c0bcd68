using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>Keeps what is logged: the number of the message, and its text.</summary>
internal sealed class LogLines : ILogger
{
    private readonly ConcurrentQueue<string> _messages = new();

    public IReadOnlyList<string> Messages => [.. _messages];

    /// <summary>The texts of the messages of a number.</summary>
    public string[] Of(int number) => [.. _messages.Where(m => m.StartsWith($"{number} ", StringComparison.Ordinal)).Select(m => m[(m.IndexOf(' ', StringComparison.Ordinal) + 1)..])];

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => _messages.Enqueue($"{eventId.Id} {formatter(state, exception)}");
}
