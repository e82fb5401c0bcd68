using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Ensembles;

/// <summary>One member of an ensemble with all that it writes while it tests and learns, so that members may run side by side.</summary>
internal abstract class EnsembleMember
{
    /// <value>The votes of the last test; length = classes that have room.</value>
    protected double[] TestVotes { get; private set; } = [];

    /// <value>What the votes of the last test count in the ensemble's vote.</value>
    protected double TestWeight { get; set; } = 1;

    /// <value>Size of the state in bytes.</value>
    public abstract long ByteSize { get; }

    /// <summary>Makes room for votes for so many classes.</summary>
    public void GrowTo(int classes)
    {
        if (TestVotes.Length < classes) TestVotes = new double[classes];
    }

    /// <summary>Tests an instance; the state stays as it is.</summary>
    public abstract void Test(ReadOnlySpan<double> features);

    /// <summary>Tests an instance, then learns it.</summary>
    /// <param name="features">The instance.</param>
    /// <param name="label">Class index.</param>
    /// <param name="weight">The instance's own weight, &gt; 0.</param>
    /// <param name="times">How many times the ensemble drew it for this member, ≥ 0.</param>
    public abstract void TestThenLearn(ReadOnlySpan<double> features, int label, double weight, int times);

    /// <summary>Adds the votes of the last test, scaled to the sum 1 and then by the member's weight, unless they sum to 0.</summary>
    /// <param name="sums">Receives the sums. Where it is shorter than the votes, those left out are 0.</param>
    public void AddVotesTo(Span<double> sums)
    {
        double sum = 0, size = 0;
        foreach (double vote in TestVotes)
        {
            sum += vote;
            size += Math.Abs(vote);
        }
        if (!(sum > 0)) return;
        double scale = 1 / size;
        int length = Math.Min(sums.Length, TestVotes.Length);
        for (int c = 0; c < length; c++) sums[c] += TestVotes[c] * scale * TestWeight;
    }

    /// <summary>Writes the whole state.</summary>
    public abstract void Save(StateWriter writer);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public abstract void Load(StateReader reader);
}
