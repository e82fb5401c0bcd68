using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Metrics;
using StreamMoe.Worker.Pipeline;

namespace StreamMoe.Worker.Http;

/// <summary>Health checks, <c>/api/status</c> and <c>POST /api/checkpoint</c> of a worker.</summary>
internal sealed class StatusPage(StreamWorker worker, WorkerConfiguration configuration, Func<bool> isMember, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    /// <summary>Whether the worker is a member of its group, and every learner is restored.</summary>
    public bool IsReady => isMember() && worker.IsReady;

    /// <summary>Adds the pages.</summary>
    public void Map(WebApplication application)
    {
        application.MapRead("/health/live", LiveAsync);
        application.MapRead("/health/ready", ReadyAsync);
        application.MapRead("/api/status", StatusAsync);
        application.MapPost("/api/checkpoint", CheckpointAsync);
    }

    private Task LiveAsync(HttpContext context)
    {
        bool alive = worker.IsAlive;
        if (!alive) context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync(alive ? "live\n" : "a learner cannot go on; the worker is stopping\n");
    }

    private Task ReadyAsync(HttpContext context)
    {
        bool ready = IsReady;
        if (!ready) context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync(ready ? "ready\n" : isMember() ? "restoring\n" : "joining the group\n");
    }

    private Task CheckpointAsync(HttpContext context)
    {
        if (!worker.HasCheckpoints)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            return context.Response.WriteAsync("This worker writes no checkpoints: it serves the built-in stream. Set kafka:bootstrapServers.\n");
        }
        worker.RequestCheckpoints();
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        return Task.CompletedTask;
    }

    private async Task StatusAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await using Utf8JsonWriter json = new(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("version", StreamMoe.DriftMoe.Checkpoints.CheckpointHeader.ThisBuild);
        json.WriteNumber("uptimeSeconds", Math.Round(time.GetElapsedTime(_started).TotalSeconds, 3));
        json.WriteString("model", configuration.Preset.Name);
        json.WriteBoolean("bitExactResume", configuration.Preset.IsBitExact);
        json.WriteString("source", configuration.Kafka.BootstrapServers.Length == 0 ? "embedded" : "kafka");
        json.WriteString("guarantee", configuration.Kafka.Guarantee == Guarantee.ExactlyOnce ? "exactly-once" : "at-least-once");
        json.WriteBoolean("ready", IsReady);
        json.WriteStartArray("learners");
        foreach (LearnerTask learner in worker.Learners.OrderBy(l => l.Id.Learner)) Write(json, learner);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Write(Utf8JsonWriter json, LearnerTask learner)
    {
        PartitionFigures figures = learner.Figures;
        json.WriteStartObject();
        json.WriteString("topic", learner.Id.Topic);
        json.WriteNumber("learner", learner.Id.Learner);
        json.WriteNumber("orderSequence", learner.CommittedSequence);
        json.WriteBoolean("recovering", learner.IsRecovering);
        WritePartitions(json, learner);
        json.WriteNumber("queued", learner.Queued);
        json.WriteNumber("held", figures.Held);
        json.WriteNumber("records", figures.Records);
        json.WriteNumber("events", figures.Events);
        json.WriteNumber("labelled", figures.Labelled);
        json.WriteNumber("labels", figures.Labels);
        json.WriteNumber("predictions", figures.Predictions);
        json.WriteNumber("scored", figures.Scored);
        json.WriteNumber("learned", figures.Learned);
        json.WriteNumber("joined", figures.Joined);
        json.WriteNumber("duplicates", figures.Duplicates);
        json.WriteNumber("expired", figures.Expired);
        json.WriteNumber("orphans", figures.Orphans);
        json.WriteNumber("waiting", figures.Waiting);
        json.WriteNumber("waitingBytes", figures.WaitingBytes);
        json.WriteNumber("timeJumps", figures.TimeJumps);
        json.WriteNumber("classes", figures.Classes);
        json.WriteNumber("experts", figures.Experts);
        json.WriteNumber("modelBytes", figures.ModelBytes);
        WriteRatio(json, "accuracy", figures.Accuracy);
        WriteRatio(json, "kappaM", figures.KappaM);
        WriteRatio(json, "kappaT", figures.KappaT);
        WriteRatio(json, "balancedAccuracy", figures.BalancedAccuracy);
        WriteRatio(json, "gMean", figures.GMean);
        WriteRatio(json, "windowAccuracy", figures.WindowAccuracy);
        json.WriteStartObject("deadLetters");
        foreach (DeadLetterReason reason in Enum.GetValues<DeadLetterReason>())
            if (learner.DeadLettersOf(reason) is > 0 and var count) json.WriteNumber(DeadLetterReasons.NameOf(reason), count);
        json.WriteEndObject();
        json.WriteStartObject("latency");
        json.WriteNumber("p50Milliseconds", learner.Latency.Quantile(0.5).TotalMilliseconds);
        json.WriteNumber("p99Milliseconds", learner.Latency.Quantile(0.99).TotalMilliseconds);
        json.WriteEndObject();
        if (learner.Checkpoints is { } checkpoints)
        {
            json.WriteStartObject("checkpoint");
            json.WriteNumber("position", checkpoints.Position);
            json.WriteNumber("bytes", checkpoints.Bytes);
            json.WriteNumber("ageSeconds", Math.Round(checkpoints.Age.TotalSeconds, 3));
            json.WriteNumber("failures", checkpoints.Failures);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private void WritePartitions(Utf8JsonWriter json, LearnerTask learner)
    {
        json.WriteStartArray("partitions");
        foreach ((SourceFigures figures, SourceQueue queue) in learner.Partitions)
        {
            json.WriteStartObject();
            json.WriteString("topic", figures.Partition.Topic);
            json.WriteNumber("partition", figures.Partition.Partition);
            json.WriteNumber("nextOffset", figures.NextOffset);
            json.WriteNumber("committed", Volatile.Read(ref figures.Committed));
            json.WriteNumber("queued", queue.Count);
            if (worker.LagOf(queue, figures.NextOffset) is { } lag) json.WriteNumber("lag", lag);
            else json.WriteNull("lag");
            json.WriteNumber("records", figures.Records);
            json.WriteNumber("events", figures.Events);
            json.WriteNumber("scored", figures.Scored);
            WriteRatio(json, "accuracy", figures.Accuracy);
            WriteRatio(json, "windowAccuracy", figures.WindowAccuracy);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteRatio(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, Math.Round(value, 5));
        else json.WriteNull(name);
    }
}
