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

    /// <summary>Checks that there is a class for every row.</summary>
    public static void Labels(ReadOnlySpan<int> labels, int rows, int outputs)
    {
        Length(labels.Length, rows, 1, nameof(labels));
        for (int row = 0; row < labels.Length; row++)
        {
            if ((uint)labels[row] >= (uint)outputs)
                throw new ArgumentOutOfRangeException(nameof(labels), $"label of row {row} was {labels[row]}; must be in [0, {outputs}).");
        }
    }
}
