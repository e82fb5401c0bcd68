using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StreamMoe.Streams.Options;
using StreamMoe.Worker.Configuration;

namespace StreamMoe.Worker.Hosting;

/// <summary>The worker as a part of a .NET service.</summary>
public static class StreamMoeHostExtensions
{
    /// <summary>Name of the configuration section that holds the worker's keys: <c>StreamMoe</c>.</summary>
    public const string Section = "StreamMoe";

    /// <summary>Runs a worker in this host: it starts and stops with it, commits and writes its checkpoints before the host ends, and logs by its loggers.</summary>
    /// <remarks>
    /// The keys are those of <c>streammoe config</c> (docs/configuration.md), in the host's section <see cref="Section"/>: in <c>appsettings.json</c>
    /// <c>"StreamMoe": { "kafka": { "bootstrapServers": "broker:9092" } }</c>, as a variable <c>StreamMoe__kafka__bootstrapServers</c>, or here. Without
    /// brokers it serves the built-in stream. The worker listens on its own address (<c>http:address</c>, <c>http:port</c>), apart from the host's.
    /// When it cannot go on, the host stops. Leave the host more time to stop than a commit may take (<c>HostOptions.ShutdownTimeout</c>).
    /// </remarks>
    /// <param name="builder">The host.</param>
    /// <param name="configure">Sets keys that win over the host's configuration; null for none.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="OptionException">Unknown keys, malformed values, values out of range: all of them.</exception>
    /// <example><code>
    /// HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
    /// builder.AddStreamMoe(keys => keys["kafka:eventTopic"] = "payments");
    /// builder.Build().Run();
    /// </code></example>
    public static IHostApplicationBuilder AddStreamMoe(this IHostApplicationBuilder builder, Action<IDictionary<string, string>>? configure = null)
    {
        Dictionary<string, string> keys = [];
        foreach (KeyValuePair<string, string?> entry in builder.Configuration.GetSection(Section).AsEnumerable(makePathsRelative: true))
            if (entry.Value is { } value) keys[entry.Key] = value;
        configure?.Invoke(keys);
        WorkerConfiguration configuration = WorkerConfiguration.Load(path: null, new Dictionary<string, string>(), keys);
        builder.Services.AddSingleton(configuration);
        builder.Services.AddHostedService<WorkerService>();
        return builder;
    }
}
