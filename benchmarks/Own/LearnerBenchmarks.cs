using BenchmarkDotNet.Attributes;
using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.Benchmarks;

/// <summary>Time and bytes of an instance that is predicted and then learned, by models that have seen 20,000 instances before.</summary>
[MemoryDiagnoser]
public class LearnerBenchmarks
{
    private const int Rows = 512, Blocks = 64, WarmRows = 20_000;

    private readonly WorkRunner _work = new(1);
    private readonly InstanceBlock[] _blocks = new InstanceBlock[Blocks];
    private readonly Predictions _predictions = new(Rows);
    private ILearner _learner = null!;
    private int _next;

    /// <summary>The stream.</summary>
    [Params("sea-abrupt", "led-gradual")]
    public string Stream { get; set; } = "";

    /// <summary>The model, with its defaults.</summary>
    [Params("naive-bayes", "hoeffding-tree", "moe-data", "adaptive")]
    public string Model { get; set; } = "";

    /// <summary>Trains the model and draws the rows.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        using InstanceStream stream = StreamCatalogue.Open(Stream);
        _learner = PresetCatalogue.Create(Model, []).Create(stream.Schema, 1, _work);
        for (int i = 0; i < Blocks; i++) _blocks[i] = new InstanceBlock(stream.Schema.AttributeCount, Rows);
        for (int rows = 0; rows < WarmRows; rows += Rows)
        {
            _blocks[0].Clear();
            stream.Fill(_blocks[0]);
            _learner.Process(_blocks[0], _predictions);
        }
        foreach (InstanceBlock block in _blocks)
        {
            block.Clear();
            stream.Fill(block);
        }
    }

    /// <summary>One block; the figures are those of a row.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public void TestThenTrain() => _learner.Process(_blocks[_next++ % Blocks], _predictions);
}
