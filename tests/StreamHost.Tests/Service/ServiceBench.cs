using System.Globalization;
using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>A topic of events on a broker, and groups of workers that read it.</summary>
internal sealed class ServiceBench : IDisposable
{
    private readonly ITestOutputHelper _output;
    private readonly string[] _settings;
    private readonly List<WorkerGroup> _groups = [];

    /// <param name="output">Told seeds and faults.</param>
    /// <param name="partitions">Partitions of the event topic.</param>
    /// <param name="settings">Settings of all workers.</param>
    public ServiceBench(ITestOutputHelper output, int partitions, params string[] settings)
    {
        (_output, Partitions, _settings) = (output, partitions, settings);
        EventTopic = Brokers.Name("events");
        Brokers.CreateTopic(EventTopic, partitions);
        Say($"brokers {(Brokers.IsReal ? Brokers.Addresses : "librdkafka's mock")}, {Brokers.Guarantee}");
    }

    public TestBrokers Brokers { get; } = new();

    public TemporaryFolder Folder { get; } = new();

    public string EventTopic { get; }

    public int Partitions { get; set; }

    /// <summary>Sends instances of a stream to the event topic by the command <c>generate</c>.</summary>
    public void Feed(string stream, long instances, params string[] options)
    {
        Cli run = Cli.Run(["generate", stream, "--instances", instances.ToString(CultureInfo.InvariantCulture), "--kafka", Brokers.Addresses, "--topic", EventTopic, .. options]);
        Assert.True(run.ExitCode == 0, run.Error);
        Say(run.Error.Trim());
    }

    public WorkerGroup Group(string name, params string[] settings) => Group(name, settings, outputPartitions: 8);

    public WorkerGroup Group(string name, string[] settings, int outputPartitions)
    {
        WorkerGroup group = new(this, name, [.. _settings, .. settings], outputPartitions);
        _groups.Add(group);
        return group;
    }

    /// <summary>What a worker puts out that nothing happens to; it stops when it has read everything there is.</summary>
    public (WorkerGroup Group, OutputLog Outputs) Undisturbed()
    {
        WorkerGroup group = Group("undisturbed");
        using WorkerProcess worker = group.Start();
        worker.AwaitReady();
        group.AwaitAll(worker);
        int code = worker.Stop();
        Assert.True(code == 0, string.Join(Environment.NewLine, worker.Log));
        OutputLog outputs = group.Outputs();
        Say($"undisturbed: {outputs}");
        return (group, outputs);
    }

    /// <summary>Compares what a group has put out with a run that was never disturbed: at-least-once without repeats, exactly-once as it is.</summary>
    public void AssertEqual(OutputLog expected, WorkerGroup group)
    {
        OutputLog outputs = group.Outputs();
        if (!Brokers.IsReal) outputs.DropRepeats();
        Say($"{group.Id}: {outputs}");
        outputs.AssertEqualTo(expected);
    }

    public void Say(string line) => _output.WriteLine(line);

    public void Dispose()
    {
        foreach (WorkerGroup group in _groups) group.Dispose();
        Brokers.Dispose();
        Folder.Dispose();
    }
}
