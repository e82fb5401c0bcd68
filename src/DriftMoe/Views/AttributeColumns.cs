using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Views;

/// <summary>Lays the attributes of a stream out as numeric columns.</summary>
/// <remarks>A numeric attribute is one column, as is a nominal one with at most two values (its index). Any other nominal attribute gets a column
/// a value, 1 where it is that value, and values that come later than the layout share them by index modulo their number. One with more
/// than <see cref="MostColumns"/> values, or with none yet, has the columns of its <see cref="ValueOdds"/> instead.</remarks>
internal sealed class AttributeColumns
{
    /// <summary>Most values of a nominal attribute that get a column each: 32.</summary>
    public const int MostColumns = 32;

    private readonly int[] _widths;
    private readonly bool[] _numeric, _many;

    /// <param name="schema">The stream's schema, as far as it is known now.</param>
    public AttributeColumns(Schema schema)
    {
        int odds = ValueOdds.WidthOf(Math.Max(2, schema.ClassCount));
        _many = [.. schema.Attributes.Select(HasManyValues)];
        _widths = [.. schema.Attributes.Select(a => HasManyValues(a) ? odds : a.Domain is { Count: > 2 } domain ? domain.Count : 1)];
        _numeric = [.. schema.Attributes.Select(a => !a.IsNominal)];
        Count = _widths.Sum();
    }

    /// <value>Number of columns.</value>
    public int Count { get; }

    /// <value>Number of numeric attributes.</value>
    public int NumericCount => _numeric.Count(n => n);

    /// <summary>True for a nominal attribute that has too many values to look at each, or whose values are yet to come.</summary>
    public static bool HasManyValues(SchemaAttribute attribute) => attribute.Domain is { Count: 0 or > MostColumns };

    /// <summary>Fills the columns of one instance.</summary>
    /// <param name="features">The instance; NaN = missing.</param>
    /// <param name="odds">The columns of the attributes with many values, one attribute after the other.</param>
    /// <param name="columns">Receives <see cref="Count"/> values; NaN in all columns of a missing attribute.</param>
    public void Fill(ReadOnlySpan<double> features, ReadOnlySpan<double> odds, Span<double> columns)
    {
        int at = 0, nextOdds = 0;
        for (int a = 0; a < _widths.Length; a++)
        {
            int width = _widths[a];
            double value = features[a];
            if (_many[a])
            {
                odds.Slice(nextOdds, width).CopyTo(columns[at..]);
                nextOdds += width;
            }
            else if (width == 1) columns[at] = double.IsFinite(value) ? value : double.NaN;
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
