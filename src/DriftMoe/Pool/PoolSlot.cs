using StreamMoe.DriftMoe.Views;
using StreamMoe.Experts;
using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Randomness;
using StreamMoe.Experts.State;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.DriftMoe.Pool;

/// <summary>One expert of a pool, the view that it sees, and the places of its opinions.</summary>
internal sealed class PoolSlot
{
    private readonly Func<IExpert> _create;
    private IExpert? _expert;
    private double[] _votes = [];
    private int _classes;

    /// <param name="create">Makes an expert of the slot's kind as it is at the beginning.</param>
    /// <param name="description">What the expert is.</param>
    /// <param name="viewLength">Leading values of the temporal view that it sees; 0 = the raw instance.</param>
    /// <param name="firstOutput">Place of its first opinion.</param>
    /// <param name="reserve">True when it is made only when it is first tried, and freed when it is dropped.</param>
    public PoolSlot(Func<IExpert> create, string description, int viewLength, int firstOutput, bool reserve = false)
    {
        (_create, Description, ViewLength, FirstOutput, IsReserve) = (create, description, viewLength, firstOutput, reserve);
        IExpert first = create();
        Outputs = first.OutputCount;
        if (!reserve) _expert = first;
    }

    /// <summary>The expert; the lifecycle may put another one of the same kind in its place.</summary>
    /// <exception cref="InvalidOperationException">The slot has none now (<see cref="HasExpert"/>).</exception>
    public IExpert Expert => _expert ?? throw new InvalidOperationException($"Slot '{Description}' has no expert; a reserve has one from its first trial on.");

    /// <summary>False for a reserve that has not been tried yet, or was dropped.</summary>
    public bool HasExpert => _expert is not null;

    /// <summary>True when the expert is made only when it is tried, and freed when it is dropped.</summary>
    public bool IsReserve { get; }

    /// <summary>Size of the expert's state in bytes; 0 when there is none.</summary>
    public long ByteSize => _expert?.ByteSize ?? 0;

    /// <summary>Leading values of the temporal view that the expert sees; 0 = the raw instance.</summary>
    public int ViewLength { get; }

    /// <summary>What the expert is, as the catalogue reads it.</summary>
    public string Description { get; }

    /// <summary>Number of opinions.</summary>
    public int Outputs { get; }

    /// <summary>Place of the first opinion among those of the pool.</summary>
    public int FirstOutput { get; }

    /// <summary>Makes the slots of a pool.</summary>
    /// <param name="pool">The experts, separated by blanks (see <see cref="ExpertCatalogue.Parse"/>).</param>
    /// <param name="reserve">Further experts that rest until they are tried, written like the others; may be empty.</param>
    /// <param name="schema">The stream's schema.</param>
    /// <param name="views">The views of its instances.</param>
    /// <param name="seed">Each expert gets a seed of its own from it.</param>
    /// <exception cref="OptionException">An expert is unknown, or there is none.</exception>
    public static PoolSlot[] Create(string pool, string reserve, Schema schema, InstanceViews views, long seed)
    {
        string[] texts = pool.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (texts.Length == 0) throw new OptionException(["pool was empty; must name at least one expert, for example 'net:hidden1=64 hoeffding-tree'."]);
        List<PoolSlot> slots = [];
        int outputs = 0;
        foreach (string text in (string[])[.. texts, .. reserve.Split(' ', StringSplitOptions.RemoveEmptyEntries)])
        {
            ExpertSpec spec = ExpertCatalogue.Parse(text);
            int length = views.LengthOf(spec.View);
            Schema seen = views.SchemaOf(length);
            ulong ownSeed = CounterRandom.At(unchecked((ulong)seed), (ulong)slots.Count);
            PoolSlot slot = new(() => spec.Create(seen, ownSeed), spec.ToString(), length, outputs, slots.Count >= texts.Length);
            outputs += slot.Outputs;
            slots.Add(slot);
        }
        return [.. slots];
    }

    /// <summary>Makes the votes long enough for this many classes.</summary>
    public void GrowTo(int classes)
    {
        _classes = classes;
        if (_votes.Length != Outputs * classes) _votes = new double[Outputs * classes];
    }

    /// <summary>Makes one more expert of the slot's kind, as it was at the beginning.</summary>
    public IExpert CreateExpert() => _create();

    /// <summary>Puts another expert of the same kind in the present one's place.</summary>
    public void Replace(IExpert other) => _expert = other;

    /// <summary>Makes the expert if there is none.</summary>
    public void Wake() => _expert ??= _create();

    /// <summary>Frees the expert of a reserve; the next one starts afresh.</summary>
    public void Free() => _expert = IsReserve ? null : _expert;

    /// <summary>Makes a net able to learn something new again; other experts stay as they are.</summary>
    /// <param name="keep">What stays of its weights, in [0, 1].</param>
    public void Renew(double keep) => (_expert as NetExpert)?.ShrinkAndPerturb(keep);

    /// <summary>Writes the expert's state.</summary>
    public void Save(StateWriter writer)
    {
        if (IsReserve) writer.Write(HasExpert);
        _expert?.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(StateReader reader)
    {
        if (IsReserve) _expert = reader.ReadBoolean() ? _create() : null;
        _expert?.Load(reader);
    }

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
