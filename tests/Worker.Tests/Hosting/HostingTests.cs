using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamMoe.Streams.Options;
using StreamMoe.Tests.Common.Telemetry;
using StreamMoe.Worker.Hosting;

namespace StreamMoe.Worker.Tests.Hosting;

/// <summary>The worker inside somebody else's service.</summary>
public sealed class HostingTests
{
    [Fact]
    public async Task Host_WithAWorker_LearnsAndListens_AndEndsWithIt()
    {
        CancellationToken test = TestContext.Current.CancellationToken;
        HeardLines lines = new();
        using OtlpCollector collector = new();
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("StreamMoe:telemetry:otlpEndpoint", (string?)collector.Address), KeyValuePair.Create("StreamMoe:telemetry:sample", (string?)"0"), KeyValuePair.Create("StreamMoe:http:port", (string?)"0"), KeyValuePair.Create("StreamMoe:embedded:rate", (string?)"20000")]);
        builder.Logging.AddProvider(lines);
        builder.AddStreamMoe(keys => keys["model:preset"] = "naive-bayes");
        using IHost host = builder.Build();

        await host.StartAsync(test);
        string announced = await lines.First.Task.WaitAsync(TimeSpan.FromMinutes(1), test);
        Assert.Contains("model naive-bayes", announced);
        using HttpClient client = new() { BaseAddress = new Uri(Regex.Match(announced, "http://[0-9.:]+").Value) };
        long learned = 0;
        for (long began = Stopwatch.GetTimestamp(); learned == 0 && Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1); await Task.Delay(100, test))
        {
            JsonElement status = await client.GetFromJsonAsync<JsonElement>("/api/status", test);
            learned = status.GetProperty("learners").EnumerateArray().Sum(p => p.GetProperty("learned").GetInt64());
        }
        Assert.True(learned > 0);
        Assert.Contains(collector.Metrics, m => m.Name == "streammoe_build_info" && m.Labels["model"] == "naive-bayes");
        await host.StopAsync(test);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("/health/live", test));
    }

    [Fact]
    public void AddStreamMoe_WrongKeys_NamesThemAll()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });

        string text = Assert.Throws<OptionException>(() => builder.AddStreamMoe(keys => (keys["kafka:topic"], keys["http:port"]) = ("a", "x"))).Message;

        Assert.Contains("kafka:topic", text);
        Assert.Contains("http:port", text);
    }

    private sealed class HeardLines : ILoggerProvider, ILogger
    {
        public TaskCompletionSource<string> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == 100) First.TrySetResult(formatter(state, exception));
        }

        public void Dispose() { }
    }
}
