using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Views;

/// <summary>What the values of one nominal attribute say of the class: a running log-odds a class, in place of the values themselves.</summary>
/// <remarks>
/// Of each value the labels that came with it are counted, by a sum that forgets: before the sums of a value exceed <see cref="Memory"/> they are
/// shrunk to Memory − 1. The column of class c is logit((S_c + 3·π_c)/(n + 3)) − logit(π_c), with S_c and n = ΣS the value's sums before the instance and
/// π_c the running share of the class; 0 for a value that has not been seen. Two classes share one column, that of class 1.
/// Cost: a few logarithms an instance. Memory: 4 bytes a value and class, of at most <see cref="MostValues"/> values; later ones share them by index modulo
/// that number. Source: target statistics, Micci-Barreca 2001; in the order of the stream, Prokhorenkova et al. 2018 (CatBoost), with forgetting.
/// </remarks>
internal sealed class ValueOdds
{
    /// <summary>Labels of a value that count: 20.</summary>
    public const float Memory = 20;

    /// <summary>Most values that are told apart: 16,384; fewer where values × classes would exceed 2²⁰.</summary>
    public const int MostValues = 16_384;

    private const int MostSums = 1 << 20;
    private const double Prior = 3, Least = 1e-4;
    private readonly int _classes, _slots;
    private float[] _sums = [];

    /// <param name="classes">Number of classes, ≥ 2.</param>
    public ValueOdds(int classes) => (_classes, _slots) = (classes, Math.Clamp(MostSums / classes, 1, MostValues));

    /// <value>Number of columns: 1 for two classes, else one a class.</value>
    public int Width => WidthOf(_classes);

    public long ByteSize => 4L * _sums.Length;

    /// <summary>Number of columns for a number of classes.</summary>
    public static int WidthOf(int classes) => classes == 2 ? 1 : classes;

    /// <summary>Fills the columns of one value; a missing one (NaN) gives NaN.</summary>
    public void Fill(double value, ReadOnlySpan<double> shares, Span<double> columns)
    {
        if (double.IsNaN(value))
        {
            columns.Fill(double.NaN);
            return;
        }
        columns.Clear();
        int at = SlotOf(value) * _classes;
        if (at >= _sums.Length) return;
        ReadOnlySpan<float> sums = _sums.AsSpan(at, _classes);
        double n = 0;
        foreach (float sum in sums) n += sum;
        if (n == 0) return;
        for (int i = 0; i < columns.Length; i++)
        {
            int c = columns.Length == 1 ? 1 : i;
            columns[i] = Logit((sums[c] + Prior * shares[c]) / (n + Prior)) - Logit(shares[c]);
        }
    }

    /// <summary>Takes in the label that came with a value. A class that was unknown when this was made, and a missing value, are left out.</summary>
    public void Learn(double value, int label)
    {
        if (double.IsNaN(value) || label >= _classes) return;
        int at = SlotOf(value) * _classes;
        if (at >= _sums.Length) Array.Resize(ref _sums, (int)Math.Min((long)_slots * _classes, Math.Max(at + _classes, 2L * _sums.Length)));
        Span<float> sums = _sums.AsSpan(at, _classes);
        float n = 0;
        foreach (float sum in sums) n += sum;
        if (n > Memory - 1)
        {
            float keep = (Memory - 1) / n;
            foreach (ref float sum in sums) sum *= keep;
        }
        sums[label]++;
    }

    public void Save(StateWriter writer) => writer.Write(_sums);

    /// <exception cref="StateFormatException">The bytes are not such a state.</exception>
    public void Load(StateReader reader)
    {
        float[] sums = reader.ReadArray<float>();
        if (sums.Length % _classes != 0 || sums.Length > (long)_slots * _classes)
            throw new StateFormatException($"The sums of an attribute's values are {sums.Length}; must be a multiple of {_classes}, at most {(long)_slots * _classes}.");
        _sums = sums;
    }

    private int SlotOf(double value) => (int)((uint)value % (uint)_slots);

    private static double Logit(double p)
    {
        double q = Math.Clamp(p, Least, 1 - Least);
        return Math.Log(q / (1 - q));
    }
}
