using System.Diagnostics.Metrics;
using Label = System.Collections.Generic.KeyValuePair<string, object?>;

namespace StreamMoe.Worker.Metrics;

/// <content>The worker as a whole, and its process. What the operating system does not tell is left out.</content>
internal sealed partial class StreamMoeMetrics
{
    private const string OpenFiles = "/proc/self/fd", Threads = "/proc/self/task";

    private void Process(WorkerFacts worker)
    {
        Label[] build = [new("version", worker.Version), new("model", worker.Model), new("source", worker.Source), new("guarantee", worker.Guarantee)];
        double started;
        using (System.Diagnostics.Process self = System.Diagnostics.Process.GetCurrentProcess())
            started = new DateTimeOffset(self.StartTime).ToUnixTimeMilliseconds() / 1000.0;
        _meter.CreateObservableGauge("streammoe_build_info", () => new Measurement<double>(1, build), null, "Always 1.");
        _meter.CreateObservableGauge("streammoe_ready", () => worker.IsReady() ? 1.0 : 0, null, "1 when the worker is ready, as /health/ready.");
        _meter.CreateObservableGauge("streammoe_partitions", () => (double)_lanes().Count(), null, "Partitions assigned.");
        _meter.CreateObservableCounter("process_cpu_seconds_total", () => Environment.CpuUsage.TotalTime.TotalSeconds, null, "CPU time.");
        _meter.CreateObservableGauge("process_resident_memory_bytes", () => Environment.WorkingSet, null, "Resident memory.");
        _meter.CreateObservableGauge("process_start_time_seconds", () => started, null, "Start, seconds since 1970.");
        if (Directory.Exists(OpenFiles))
        {
            _meter.CreateObservableGauge("process_open_fds", () => (long)Directory.EnumerateFileSystemEntries(OpenFiles).Count(), null, "Open file descriptors.");
            _meter.CreateObservableGauge("process_threads", () => (long)Directory.EnumerateFileSystemEntries(Threads).Count(), null, "Threads.");
        }
        _meter.CreateObservableCounter("dotnet_collections_total", Collections, null, "Garbage collections; those of a generation count as ones of the younger generations too.");
        _meter.CreateObservableGauge("dotnet_heap_bytes", () => GC.GetGCMemoryInfo().HeapSizeBytes, null, "Managed heap after the last collection.");
        _meter.CreateObservableCounter("dotnet_pause_seconds_total", () => GC.GetTotalPauseDuration().TotalSeconds, null, "Time that collections stopped the process.");
        _meter.CreateObservableCounter("dotnet_allocated_bytes_total", () => GC.GetTotalAllocatedBytes(), null, "Bytes allocated.");
    }

    private static IEnumerable<Measurement<long>> Collections()
    {
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
            yield return new Measurement<long>(GC.CollectionCount(generation), new Label("generation", generation));
    }
}
