using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Ensembles;

/// <summary>How often a member was right since its tree was planted; the weight of its vote.</summary>
internal struct AccuracyRecord
{
    private long _results;
    private double _right;

    /// <value>Accuracy in percent, in (0, 100] for instances of weight 1; 1 while nothing was right or there was no result.</value>
    public readonly double VoteWeight
    {
        get
        {
            double percent = 100 * (_right / _results);
            return percent > 0 ? percent : 1;
        }
    }

    /// <summary>Takes a result.</summary>
    /// <param name="right">Whether the prediction was right.</param>
    /// <param name="weight">The instance's weight; results are counted as one each whatever it is, as in MOA.</param>
    public void Add(bool right, double weight)
    {
        _results++;
        if (right) _right += weight;
    }

    /// <summary>Writes both figures.</summary>
    public readonly void Save(StateWriter writer)
    {
        writer.Write(_results);
        writer.Write(_right);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(StateReader reader) => (_results, _right) = (reader.ReadCount("a member's results"), reader.ReadNumber());
}
