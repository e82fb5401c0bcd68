using StreamMoe.DriftMoe.Gating;
using StreamMoe.Experts;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Lanes;

/// <summary>One expert of a pool, the view that it sees, and the places of its opinions.</summary>
internal sealed class PoolLane(IExpert expert, int viewLength, int firstOutput)
{
    private double[] _votes = [];
    private int _classes;

    public IExpert Expert { get; } = expert;

    /// <summary>Leading values of the temporal view that the expert sees; 0 = the raw instance.</summary>
    public int ViewLength { get; } = viewLength;

    public int Outputs { get; } = expert.OutputCount;

    /// <summary>Makes the lanes of a pool.</summary>
    public static PoolLane[] Create(string pool, Schema schema, StreamMoe.DriftMoe.Views.InstanceViews views, long seed)
    {
        int a = views.StandardisedLength, b = views.TemporalLength, c = Math.Max(2, schema.ClassCount);
        ulong s = (ulong)seed * 1000;
        List<(IExpert, int)> list = [];
        list.Add((new StreamMoe.Experts.Neural.NetExpert(a, c, new() { Hidden1 = 0, LearningRate = 0.003, Averaged = true, Robust = true }, s + 1), a));
        list.Add((new StreamMoe.Experts.Neural.NetExpert(b, c, new() { Hidden1 = 0, LearningRate = 0.01, Robust = true }, s + 2), b));
        list.Add((new StreamMoe.Experts.Neural.NetExpert(b, c, new() { Hidden1 = 64, LearningRate = 0.003 }, s + 3), b));
        list.Add((new StreamMoe.Experts.Neural.NetExpert(a, c, new() { Hidden1 = 64, Hidden2 = 64, LearningRate = 0.003, StepEvery = 4, Averaged = true }, s + 4), a));
        list.Add((new StreamMoe.Experts.Neighbours.NearestNeighbours(a, c), a));
        list.Add((new StreamMoe.Experts.Trees.HoeffdingTree(schema, new()), 0));
        int first = 0;
        PoolLane[] lanes = new PoolLane[list.Count];
        for (int i = 0; i < lanes.Length; i++) { lanes[i] = new PoolLane(list[i].Item1, list[i].Item2, first); first += lanes[i].Outputs; }
        return lanes;
    }

    /// <summary>Makes the votes long enough for this many classes.</summary>
    public void GrowTo(int classes)
    {
        _classes = classes;
        if (_votes.Length != Outputs * classes) _votes = new double[Outputs * classes];
    }

    /// <summary>Tests one row, trains when it has a label, and puts the opinions in their places.</summary>
    public void Run(ReadOnlySpan<double> features, int label, Opinions opinions, int row)
    {
        if (label == InstanceBlock.NoLabel) Expert.Predict(features, _votes);
        else Expert.PredictThenTrain(features, label, 1, _votes);
        for (int o = 0; o < Outputs; o++)
            opinions.Put(row, firstOutput + o, _votes.AsSpan(o * _classes, _classes));
    }
}
