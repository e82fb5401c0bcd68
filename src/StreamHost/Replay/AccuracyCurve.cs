using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.Experts.State;

namespace StreamMoe.StreamHost.Replay;

/// <summary>The window's values over the stream, at most <see cref="MaxPoints"/> of them however long the stream is.</summary>
internal sealed class AccuracyCurve
{
    /// <summary>Largest number of points: 1,000. When it is reached, every second point is dropped and the distance doubles.</summary>
    public const int MaxPoints = 1000;

    private readonly List<CurvePoint> _points = [];
    private long _distance;

    /// <param name="distance">Instances between two points at first, ≥ 1.</param>
    public AccuracyCurve(long distance) => _distance = distance;

    public IReadOnlyList<CurvePoint> Points => _points;

    /// <summary>Instances until the next point, ≥ 1.</summary>
    public long UntilNext(long position) => _distance - position % _distance;

    /// <summary>Takes a point when one is due at this position.</summary>
    /// <returns>True when it took one.</returns>
    public bool Offer(long position, WindowEvaluator window)
    {
        if (position == 0 || position % _distance != 0) return false;
        if (_points.Count == MaxPoints)
        {
            _distance *= 2;
            _points.RemoveAll(p => p.Position % _distance != 0);
            if (position % _distance != 0) return false;
        }
        _points.Add(new CurvePoint(position, window.Accuracy, window.KappaM, window.KappaT));
        return true;
    }

    /// <summary>Writes the points and the distance.</summary>
    public void Save(StateWriter writer)
    {
        writer.Mark("curve");
        writer.Write(_distance);
        writer.Write(_points.Count);
        foreach (CurvePoint point in _points)
        {
            writer.Write(point.Position);
            writer.Write(point.Accuracy ?? double.NaN);
            writer.Write(point.KappaM ?? double.NaN);
            writer.Write(point.KappaT ?? double.NaN);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(StateReader reader)
    {
        reader.Mark("curve");
        _distance = reader.ReadInt64();
        int count = reader.ReadInt32(0, MaxPoints, "the number of curve points");
        _points.Clear();
        for (int i = 0; i < count; i++)
            _points.Add(new CurvePoint(reader.ReadInt64(), Ratio(reader), Ratio(reader), Ratio(reader)));

        static double? Ratio(StateReader reader) => reader.ReadDouble() is var value && double.IsNaN(value) ? null : value;
    }
}
