using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Views;

/// <summary>Lays the attributes of a stream out as numeric columns.</summary>
/// <remarks>A numeric attribute is one column, as is a nominal one with at most two values (its index). Any other nominal attribute gets a column
/// a value, 1 where it is that value; with more than <see cref="MostColumns"/> values the values share them by index modulo that number,
/// and values that come later than the layout share them too.</remarks>
public sealed class AttributeColumns
{
    /// <summary>Most columns of one nominal attribute: 32.</summary>
    public const int MostColumns = 32;

    private readonly int[] _widths;
    private readonly bool[] _numeric;

    /// <param name="schema">The stream's schema, as far as it is known now.</param>
    public AttributeColumns(Schema schema)
    {
        _widths = [.. schema.Attributes.Select(a => a.Domain is { Count: > 2 } domain ? Math.Min(domain.Count, MostColumns) : 1)];
        _numeric = [.. schema.Attributes.Select(a => !a.IsNominal)];
        Count = _widths.Sum();
    }

    /// <value>Number of columns.</value>
    public int Count { get; }

    /// <value>Number of numeric attributes.</value>
    public int NumericCount => _numeric.Count(n => n);

    /// <summary>Fills the columns of one instance.</summary>
    /// <param name="features">The instance; NaN = missing.</param>
    /// <param name="columns">Receives <see cref="Count"/> values; NaN in all columns of a missing attribute.</param>
    public void Fill(ReadOnlySpan<double> features, Span<double> columns)
    {
        int at = 0;
        for (int a = 0; a < _widths.Length; a++)
        {
            int width = _widths[a];
            double value = features[a];
            if (width == 1) columns[at] = double.IsFinite(value) ? value : double.NaN;
            else if (double.IsNaN(value)) columns.Slice(at, width).Fill(double.NaN);
            else
            {
                columns.Slice(at, width).Clear();
                columns[at + (int)(uint)value % width] = 1;
            }
            at += width;
        }
    }

    /// <summary>Copies the numeric attributes.</summary>
    /// <param name="features">The instance.</param>
    /// <param name="values">Receives <see cref="NumericCount"/> values; NaN = missing or infinite.</param>
    public void FillNumeric(ReadOnlySpan<double> features, Span<double> values)
    {
        int at = 0;
        for (int a = 0; a < _numeric.Length; a++)
            if (_numeric[a]) values[at++] = double.IsFinite(features[a]) ? features[a] : double.NaN;
    }
}
