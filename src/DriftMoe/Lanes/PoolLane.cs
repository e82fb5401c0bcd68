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
