using BenchmarkDotNet.Attributes;
using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Randomness;

namespace StreamMoe.Benchmarks;

/// <summary>The router's net of the paper, 24 → 256 → 128 → 12: a pass forward and an Adam step.</summary>
[MemoryDiagnoser]
public class RouterBenchmarks
{
    private const int Inputs = 24, Outputs = 12;

    private readonly MlpStack _net = new(new MlpOptions { Inputs = Inputs, Hidden = [256, 128], Outputs = Outputs });
    private float[] _x = [], _targets = [], _logits = [];

    /// <summary>Rows of a call.</summary>
    [Params(1, 64, 256, 1024)]
    public int Rows { get; set; }

    /// <summary>Draws the rows.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        SeededRandom random = new(1);
        _net.AddMember(1);
        _x = new float[Rows * Inputs];
        for (int i = 0; i < _x.Length; i++) _x[i] = (float)random.NextGaussian();
        _targets = new float[Rows * Outputs];
        for (int i = 0; i < _targets.Length; i++) _targets[i] = random.NextInt(2);
        _logits = new float[Rows * Outputs];
    }

    /// <summary>Logits of all rows.</summary>
    [Benchmark]
    public void Forward() => _net.Forward(0, Rows, _x, _logits);

    /// <summary>One step on all rows.</summary>
    [Benchmark]
    public double Train() => _net.TrainBinary(0, Rows, _x, _targets);
}
