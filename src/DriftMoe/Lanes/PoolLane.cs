using StreamMoe.DriftMoe.Gating;
using StreamMoe.DriftMoe.Views;
using StreamMoe.Experts;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.DriftMoe.Lanes;

/// <summary>One expert of a pool, the view that it sees, and the places of its opinions.</summary>
internal sealed class PoolLane(Func<IExpert> create, string description, int viewLength, int firstOutput)
{
    private double[] _votes = [];
    private int _classes;

    /// <summary>The expert; the lifecycle may put another one of the same kind in its place.</summary>
    public IExpert Expert { get; private set; } = create();

    /// <summary>Leading values of the temporal view that the expert sees; 0 = the raw instance.</summary>
    public int ViewLength { get; } = viewLength;

    /// <summary>What the expert is, as the catalogue reads it.</summary>
    public string Description { get; } = description;

    /// <summary>Number of opinions.</summary>
    public int Outputs => Expert.OutputCount;

    /// <summary>Place of the first opinion among those of the pool.</summary>
    public int FirstOutput { get; } = firstOutput;

    /// <summary>Makes the lanes of a pool.</summary>
    /// <param name="pool">The experts, separated by blanks (see <see cref="ExpertCatalogue.Parse"/>).</param>
    /// <param name="schema">The stream's schema.</param>
    /// <param name="views">The views of its instances.</param>
    /// <param name="seed">Each expert gets a seed of its own from it.</param>
    /// <exception cref="OptionException">An expert is unknown, or there is none.</exception>
    public static PoolLane[] Create(string pool, Schema schema, InstanceViews views, long seed)
    {
        string[] texts = pool.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (texts.Length == 0) throw new OptionException(["pool was empty; must name at least one expert, for example 'net:hidden1=64 hoeffding-tree'."]);
        List<PoolLane> lanes = [];
        int outputs = 0;
        foreach (string text in texts)
        {
            ExpertSpec spec = ExpertCatalogue.Parse(text);
            int length = spec.View switch
            {
                ExpertView.Standardised => views.StandardisedLength,
                ExpertView.Temporal => views.TemporalLength,
                _ => 0,
            };
            Schema seen = length == 0 ? schema : new Schema(schema.Relation, Enumerable.Range(0, length).Select(i => SchemaAttribute.Numeric($"v{i}")), schema.Class);
            ulong ownSeed = CounterRandom.At(unchecked((ulong)seed), (ulong)lanes.Count);
            PoolLane lane = new(() => spec.Create(seen, ownSeed), spec.ToString(), length, outputs);
            outputs += lane.Outputs;
            lanes.Add(lane);
        }
        return [.. lanes];
    }

    /// <summary>Makes the votes long enough for this many classes.</summary>
    public void GrowTo(int classes)
    {
        _classes = classes;
        if (_votes.Length != Outputs * classes) _votes = new double[Outputs * classes];
    }

    /// <summary>Makes one more expert of the lane's kind, as it was at the beginning.</summary>
    public IExpert CreateExpert() => create();

    /// <summary>Puts another expert of the same kind in the present one's place.</summary>
    public void Replace(IExpert other) => Expert = other;

    /// <summary>Puts nothing in the places of the opinions: the expert does not run.</summary>
    public void Skip(Opinions opinions, int row)
    {
        for (int o = 0; o < Outputs; o++) opinions.PutNothing(row, FirstOutput + o);
    }

    /// <summary>Tests one row, trains when it has a label, and puts the opinions in their places.</summary>
    public void Run(ReadOnlySpan<double> features, int label, Opinions opinions, int row)
    {
        if (label == InstanceBlock.NoLabel) Expert.Predict(features, _votes);
        else Expert.PredictThenTrain(features, label, 1, _votes);
        for (int o = 0; o < Outputs; o++)
            opinions.Put(row, FirstOutput + o, _votes.AsSpan(o * _classes, _classes));
    }
}
