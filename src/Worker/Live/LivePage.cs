using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.History;
using StreamMoe.Worker.Metrics;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Live;

/// <summary>The live page at <c>/</c>, its files under <c>/assets/</c>, its data at <c>/api/live</c>, and what is new each second at <c>/api/events</c>.</summary>
internal sealed class LivePage : IDisposable
{
    /// <summary>Clients that are told what is new at a time: 32; one more is answered 503.</summary>
    public const int MaxClients = 32;

    /// <summary>Of them from one address: 8.</summary>
    public const int MaxClientsOfOneAddress = 8;

    private readonly StreamWorker _worker;
    private readonly WorkerFacts _facts;
    private readonly TimeProvider _time;
    private readonly LiveSampler _sampler;
    private readonly long _started;
    private readonly List<IPAddress> _clients = [];

    /// <param name="worker">Its learners are shown.</param>
    /// <param name="facts">What is told of it as a whole.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The worker's log.</param>
    public LivePage(StreamWorker worker, WorkerFacts facts, TimeProvider time, ILogger log)
    {
        (_worker, _facts, _time, _started) = (worker, facts, time, time.GetTimestamp());
        _sampler = new LiveSampler(Sample, time, QuietLogger.Of(log));
    }

    /// <summary>Whether a path is of the page itself, which holds no data and so needs no token.</summary>
    public static bool IsOpen(PathString path) => path == "/" || path.StartsWithSegments("/assets");

    /// <summary>Adds page and data.</summary>
    public void Map(WebApplication application)
    {
        CancellationToken stopping = application.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        application.MapRead("/", LiveAsset.All["index.html"].SendAsync);
        application.MapRead("/assets/{name}", context => LiveAsset.All.TryGetValue((string)context.Request.RouteValues["name"]!, out LiveAsset? asset) ? asset.SendAsync(context) : NotFound(context));
        application.MapRead("/api/live", SnapshotAsync);
        application.MapRead("/api/events", context => EventsAsync(context, stopping));
    }

    /// <inheritdoc/>
    public void Dispose() => _sampler.Dispose();

    private void Sample()
    {
        foreach (LearnerTask learner in _worker.Learners)
            learner.History.Sample(learner.Figures, learner.Partitions.Sum(p => _worker.LagOf(p.Queue, p.Figures.NextOffset) ?? p.Queue.Count));
    }

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private Task SnapshotAsync(HttpContext context)
    {
        bool recent = context.Request.Query["span"] != "all";
        ArrayBufferWriter<byte> bytes = new(64 * 1024);
        Write(bytes, context.Request.Query["learner"], (json, history) => history.Write(json, recent));
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.Body.WriteAsync(bytes.WrittenMemory).AsTask();
    }

    private async Task EventsAsync(HttpContext context, CancellationToken stopping)
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            Begin(context);
            return;
        }
        IPAddress address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (!TryEnter(address))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "10";
            await context.Response.WriteAsync($"{MaxClients} pages are open already, or {MaxClientsOfOneAddress} from your address. Close one.\n");
            return;
        }
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            await StreamAsync(context, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
        }
        finally
        {
            lock (_clients) _clients.Remove(address);
        }
    }

    private bool TryEnter(IPAddress address)
    {
        lock (_clients)
        {
            if (_clients.Count >= MaxClients || _clients.Count(address.Equals) >= MaxClientsOfOneAddress) return false;
            _clients.Add(address);
            return true;
        }
    }

    private static void Begin(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
    }

    private async Task StreamAsync(HttpContext context, CancellationToken ended)
    {
        Begin(context);
        string learner = context.Request.Query["learner"].ToString();
        _ = long.TryParse(context.Request.Query["since"], CultureInfo.InvariantCulture, out long serial);
        double sampled = 0;
        ArrayBufferWriter<byte> bytes = new(8 * 1024);
        using PeriodicTimer second = new(TimeSpan.FromSeconds(1), _time);
        do
        {
            bytes.ResetWrittenCount();
            bytes.Write("data: "u8);
            Write(bytes, learner, (json, history) =>
            {
                long now = history.Serial;
                // A learner that went and came back has a new history.
                sampled = history.WriteSince(json, now < serial ? -1 : serial, sampled);
                serial = now;
            });
            bytes.Write("\n\n"u8);
            await context.Response.Body.WriteAsync(bytes.WrittenMemory, ended);
            await context.Response.Body.FlushAsync(ended);
        }
        while (await second.WaitForNextTickAsync(ended));
    }

    /// <summary>One object: <c>worker</c>, <c>learner</c> with its figures, and what the history writes. Without that learner: the worker alone.</summary>
    private void Write(ArrayBufferWriter<byte> bytes, string? wanted, Action<Utf8JsonWriter, PartitionHistory> write)
    {
        LearnerTask[] learners = [.. _worker.Learners.OrderBy(l => l.Id.Learner)];
        LearnerTask? learner = string.IsNullOrEmpty(wanted) ? learners.FirstOrDefault() : learners.FirstOrDefault(l => l.Id.ToString() == wanted);
        using Utf8JsonWriter json = new(bytes);
        json.WriteStartObject();
        json.WriteStartObject("worker");
        json.WriteString("version", _facts.Version);
        json.WriteString("model", _facts.Model);
        json.WriteString("source", _facts.Source);
        json.WriteString("guarantee", _facts.Source == "kafka" ? _facts.Guarantee : "");
        json.WriteBoolean("ready", _facts.IsReady());
        json.WriteNumber("uptime", Math.Round(_time.GetElapsedTime(_started).TotalSeconds, 1));
        json.WriteStartArray("learners");
        foreach (LearnerTask other in learners) json.WriteStringValue(other.Id.ToString());
        json.WriteEndArray();
        json.WriteEndObject();
        if (learner is not null)
        {
            WriteFigures(json, learner);
            write(json, learner.History);
        }
        json.WriteEndObject();
    }

    /// <summary>The event partitions, where there are several: how many events came, and how good the predictions were.</summary>
    private static void WritePartitions(Utf8JsonWriter json, LearnerTask learner)
    {
        SourceFigures[] partitions = [.. learner.Partitions.Select(p => p.Figures).Where(f => f.Order.Kind == SourceKind.Events)];
        json.WriteBoolean("partitionsDiffer", AccuracyByPartition.Differs(partitions));
        json.WriteStartArray("partitions");
        foreach (SourceFigures figures in partitions)
        {
            json.WriteStartObject();
            json.WriteNumber("partition", figures.Partition.Partition);
            json.WriteNumber("events", figures.Events);
            json.WriteNumber("scored", figures.Scored);
            LiveJson.WriteNumber(json, "accuracy", Math.Round(figures.WindowAccuracy, 4));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteFigures(Utf8JsonWriter json, LearnerTask learner)
    {
        PartitionFigures figures = learner.Figures;
        json.WriteStartObject("learner");
        json.WriteString("name", learner.Id.ToString());
        json.WriteNumber("position", figures.Records);
        json.WriteNumber("committed", learner.CommittedRecords);
        json.WriteNumber("learned", figures.Learned);
        json.WriteNumber("records", figures.Records);
        json.WriteNumber("scored", figures.Scored);
        json.WriteNumber("experts", figures.Experts);
        json.WriteNumber("archived", figures.Details.Pool.Archived);
        json.WriteNumber("modelBytes", figures.ModelBytes);
        json.WriteNumber("waiting", figures.Waiting);
        json.WriteNumber("p50", Math.Round(learner.Latency.Quantile(0.5).TotalMilliseconds, 3));
        json.WriteNumber("p99", Math.Round(learner.Latency.Quantile(0.99).TotalMilliseconds, 3));
        LiveJson.WriteNumber(json, "accuracy", Math.Round(figures.Accuracy, 4));
        WritePartitions(json, learner);
        json.WriteStartObject("deadLetters");
        foreach (DeadLetterReason reason in Enum.GetValues<DeadLetterReason>())
            if (learner.DeadLettersOf(reason) is > 0 and var count) json.WriteNumber(DeadLetterReasons.NameOf(reason), count);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
