using System.Globalization;

namespace StreamMoe.Worker.Metrics;

/// <content>The worker as a whole, and its process. What the operating system does not tell is left out.</content>
internal sealed partial class StreamMoeMetrics
{
    private const string OpenFiles = "/proc/self/fd", Threads = "/proc/self/task";

    private void Process(WorkerFacts worker)
    {
        double started;
        using (System.Diagnostics.Process self = System.Diagnostics.Process.GetCurrentProcess())
            started = new DateTimeOffset(self.StartTime).ToUnixTimeMilliseconds() / 1000.0;
        OfAll("streammoe_build_info", InstrumentKind.Gauge, "Always 1.", ["version", "model", "source", "guarantee"], () => [Value(1, worker.Version, worker.Model, worker.Source, worker.Guarantee)]);
        OfAll("streammoe_ready", InstrumentKind.Gauge, "1 when the worker is ready, as /health/ready.", () => worker.IsReady() ? 1 : 0);
        OfAll("streammoe_learners", InstrumentKind.Gauge, "Learners assigned.", () => _learners().Count());
        OfAll("streammoe_partitions", InstrumentKind.Gauge, "Partitions that they read.", () => _learners().Sum(l => l.Partitions.Count));
        OfAll("process_cpu_seconds_total", InstrumentKind.Counter, "CPU time.", () => Environment.CpuUsage.TotalTime.TotalSeconds);
        OfAll("process_resident_memory_bytes", InstrumentKind.Gauge, "Resident memory.", () => Environment.WorkingSet);
        OfAll("process_start_time_seconds", InstrumentKind.Gauge, "Start, seconds since 1970.", () => started);
        if (Directory.Exists(OpenFiles))
        {
            OfAll("process_open_fds", InstrumentKind.Gauge, "Open file descriptors.", () => Directory.EnumerateFileSystemEntries(OpenFiles).Count());
            OfAll("process_threads", InstrumentKind.Gauge, "Threads.", () => Directory.EnumerateFileSystemEntries(Threads).Count());
        }
        OfAll("dotnet_collections_total", InstrumentKind.Counter, "Garbage collections; those of a generation count as ones of the younger generations too.", ["generation"], () =>
            Enumerable.Range(0, GC.MaxGeneration + 1).Select(generation => Value(GC.CollectionCount(generation), generation.ToString(CultureInfo.InvariantCulture))));
        OfAll("dotnet_heap_bytes", InstrumentKind.Gauge, "Managed heap after the last collection.", () => GC.GetGCMemoryInfo().HeapSizeBytes);
        OfAll("dotnet_pause_seconds_total", InstrumentKind.Counter, "Time that collections stopped the process.", () => GC.GetTotalPauseDuration().TotalSeconds);
        OfAll("dotnet_allocated_bytes_total", InstrumentKind.Counter, "Bytes allocated.", () => GC.GetTotalAllocatedBytes());
    }

    private void OfAll(string name, InstrumentKind kind, string help, Func<double> read) => OfAll(name, kind, help, [], () => [Value(read())]);

    private void OfAll(string name, InstrumentKind kind, string help, string[] labels, Func<IEnumerable<MetricReading>> read) => _instruments.Add(new MetricInstrument(name, kind, help, labels, read));
}
