namespace StreamMoe.Worker.History;

/// <summary>Points over the whole stream, at most <see cref="MaxPoints"/>: when they are full, neighbours are merged and each new point takes in twice as many samples.</summary>
/// <remarks>O(1) amortised a sample. One thread at a time.</remarks>
internal sealed class PointSeries
{
    /// <summary>Largest number of points: 1,000. A day of two samples a second ends with 675 points of 128 seconds each.</summary>
    public const int MaxPoints = 1000;

    private readonly List<LivePoint> _points = [];
    private int _samplesAPoint = 1;

    /// <value>The points, in order; the last one may still take samples in.</value>
    public IReadOnlyList<LivePoint> Points => _points;

    /// <summary>Takes a sample in.</summary>
    public void Add(LivePoint sample)
    {
        if (_points.Count > 0 && _points[^1].Samples < _samplesAPoint)
        {
            _points[^1] = _points[^1].Merge(sample);
            return;
        }
        if (_points.Count == MaxPoints)
        {
            for (int i = 0; i < MaxPoints / 2; i++) _points[i] = _points[2 * i].Merge(_points[2 * i + 1]);
            _points.RemoveRange(MaxPoints / 2, MaxPoints - MaxPoints / 2);
            _samplesAPoint *= 2;
        }
        _points.Add(sample);
    }
}
