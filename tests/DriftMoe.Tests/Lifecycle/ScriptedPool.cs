using StreamMoe.DriftMoe.Lifecycle;
using StreamMoe.DriftMoe.Pool;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Experts.Randomness;
using StreamMoe.Experts.State;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.DriftMoe.Tests.Lifecycle;

/// <summary>A mixture of experts that are right as often as a script wants, on labels that are coin tosses.</summary>
internal sealed class ScriptedPool : IDisposable
{
    private const int BlockSize = 97;

    private readonly WorkRunner _work = new(1);
    private readonly InstanceBlock _block;
    private readonly Predictions _predictions = new(BlockSize);
    private readonly double[] _features;
    private readonly int _experts;

    /// <param name="experts">Experts of the pool and, behind them, of the reserve.</param>
    /// <param name="reserve">How many of them are the reserve.</param>
    /// <param name="options">Options of the lifecycle.</param>
    public ScriptedPool(int experts, int reserve, LifecycleOptions options)
    {
        _experts = experts;
        Schema schema = new("scripted", Enumerable.Range(0, experts).Select(e => SchemaAttribute.Numeric($"says{e}")), SchemaAttribute.Nominal("class", ["no", "yes"]));
        Learner = new AdaptiveLearner(schema, new AdaptiveOptions { Lifecycle = options }.Checked(), 1, _work,
            _ => [.. Enumerable.Range(0, experts).Select(e => new PoolSlot(() => new ScriptedExpert(e), $"scripted-{e}", 0, e, reserve: e >= experts - reserve))]);
        _block = new InstanceBlock(experts, BlockSize);
        _features = new double[experts];
    }

    public AdaptiveLearner Learner { get; }

    /// <summary>What happened, in order.</summary>
    public List<PoolEvent> Events { get; } = [];

    /// <summary>What was predicted, in order.</summary>
    public List<int> Predicted { get; } = [];

    /// <summary>Called behind each block.</summary>
    public Action<IReadOnlyList<PoolEvent>> AfterBlock { get; set; } = static _ => { };

    public IEnumerable<PoolEvent> Of(PoolEventKind kind) => Events.Where(e => e.Kind == kind);

    public SlotState StateOf(int expert) => Learner.Pool.StateOf(expert);

    /// <summary>Feeds rows.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="random">Draws labels and errors.</param>
    /// <param name="accuracies">How often each expert is right; a negative number −1 − e = it says what expert e says.</param>
    /// <param name="labelled">Whether the rows have labels.</param>
    public void Feed(int rows, SeededRandom random, double[] accuracies, bool labelled = true)
    {
        for (int done = 0; done < rows; done += _block.Count)
        {
            _block.Clear();
            while (_block.Count < Math.Min(BlockSize, rows - done))
            {
                int label = random.NextDouble() < 0.5 ? 1 : 0;
                for (int e = 0; e < _experts; e++)
                {
                    bool right = random.NextDouble() < accuracies[e];
                    _features[e] = accuracies[e] < 0 ? _features[(int)(-1 - accuracies[e])] : right ? label : 1 - label;
                }
                _block.Add(_features, labelled ? label : InstanceBlock.NoLabel);
            }
            Learner.Process(_block, _predictions);
            Events.AddRange(_predictions.Events);
            for (int r = 0; r < _block.Count; r++) Predicted.Add(_predictions.Classes[r]);
            AfterBlock(_predictions.Events);
        }
    }

    public byte[] Save()
    {
        using MemoryStream bytes = new();
        Learner.Save(new StateWriter(bytes));
        return bytes.ToArray();
    }

    public void Load(byte[] state) => Learner.Load(new StateReader(new MemoryStream(state)));

    public void Dispose() => _work.Dispose();
}
