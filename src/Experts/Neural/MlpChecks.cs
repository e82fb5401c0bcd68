namespace StreamMoe.Experts.Neural;

/// <summary>The checks of arguments that every <see cref="IMlpStack"/> makes before anything changes.</summary>
internal static class MlpChecks
{
    public static void Member(int member, int count)
    {
        if ((uint)member >= (uint)count)
            throw new ArgumentOutOfRangeException(nameof(member), $"member was {member}; must be in [0, {count}).");
    }

    public static void Output(int output, int outputs)
    {
        if ((uint)output >= (uint)outputs)
            throw new ArgumentOutOfRangeException(nameof(output), $"output was {output}; must be in [0, {outputs}).");
    }

    public static void Length(int found, int rows, int columns, string what)
    {
        if (rows < 0) throw new ArgumentOutOfRangeException(nameof(rows), $"rows was {rows}; must not be negative.");
        if (found != (long)rows * columns)
            throw new ArgumentException($"{what} had {found} elements; must have {rows} × {columns} = {(long)rows * columns}.", what);
    }

    public static void Rate(double rate)
    {
        if (!(rate is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(rate), $"rate was {rate}; must be in [0, 1].");
    }

    public static void Normaliser(double normaliser)
    {
        if (!(normaliser > 0) || double.IsInfinity(normaliser))
            throw new ArgumentOutOfRangeException(nameof(normaliser), $"normaliser was {normaliser}; must be in (0, ∞).");
    }

    /// <summary>Checks labels and weights; returns the number of rows whose weight is not 0.</summary>
    public static int Rows(ReadOnlySpan<int> labels, ReadOnlySpan<float> weights, int outputs)
    {
        int active = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            if (!weights.IsEmpty)
            {
                if (!(weights[row] >= 0) || float.IsInfinity(weights[row]))
                    throw new ArgumentOutOfRangeException(nameof(weights), $"weight of row {row} was {weights[row]}; must be in [0, ∞).");
                if (weights[row] == 0) continue;
            }
            if ((uint)labels[row] >= (uint)outputs)
                throw new ArgumentOutOfRangeException(nameof(labels), $"label of row {row} was {labels[row]}; must be in [0, {outputs}).");
            active++;
        }
        return active;
    }

    /// <summary>Sum of the weights of some rows; empty = 1 each.</summary>
    public static double Sum(ReadOnlySpan<float> weights, int rows)
    {
        if (weights.IsEmpty) return rows;
        double sum = 0;
        foreach (float weight in weights) sum += weight;
        return sum;
    }
}
