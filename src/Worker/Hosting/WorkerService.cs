using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Hosting;

/// <summary>A worker that lives as long as its host.</summary>
internal sealed partial class WorkerService(WorkerConfiguration configuration, ILoggerFactory logging) : BackgroundService
{
    private readonly ILogger _log = QuietLogger.Of(logging.CreateLogger("StreamMoe"));

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => new WorkerSession(configuration, _log).RunAsync(LogAnnounced, stoppingToken);

    [LoggerMessage(100, LogLevel.Information, "{What}")]
    private partial void LogAnnounced(string what);
}
