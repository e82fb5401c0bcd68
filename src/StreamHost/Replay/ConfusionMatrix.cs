namespace StreamMoe.StreamHost.Replay;

/// <summary>How often each class was predicted as each, as long as there are few of them.</summary>
internal sealed class ConfusionMatrix
{
    /// <summary>Most classes: 40. With more of them nobody reads the matrix, and it is given up.</summary>
    public const int MostClasses = 40;

    private readonly long[] _counts = new long[MostClasses * MostClasses];

    /// <value>Classes seen as label or prediction, by the highest index; 0 for none.</value>
    public int Classes { get; private set; }

    /// <value>True when there were too many classes, so that the counts are of no use.</value>
    public bool GivenUp { get; private set; }

    /// <summary>How often the first class was predicted as the second.</summary>
    public long this[int label, int prediction] => _counts[label * MostClasses + prediction];

    /// <summary>Counts one result.</summary>
    public void Add(int label, int prediction)
    {
        int highest = Math.Max(label, prediction);
        if (highest >= MostClasses)
        {
            GivenUp = true;
            return;
        }
        Classes = Math.Max(Classes, highest + 1);
        _counts[label * MostClasses + prediction]++;
    }
}
