using StreamMoe.Experts.Numerics;
using StreamMoe.Experts.State;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Views;

/// <summary>An instance for trees and baselines: as it came, but with columns of log-odds in place of nominal attributes with many values.</summary>
/// <remarks>Values of another nominal attribute that come beyond <see cref="AttributeColumns.MostColumns"/> count as the last of these, so that no tree splits
/// a thousand ways on what began with three values.</remarks>
internal sealed class RawView
{
    private const double ShareHorizon = 5000;

    private readonly ValueOdds?[] _odds;
    private readonly bool[] _nominal;
    private readonly ClassShares _shares;
    private readonly double[] _filled;

    /// <param name="schema">The stream's schema, as far as it is known now.</param>
    public RawView(Schema schema)
    {
        int classes = Math.Max(2, schema.ClassCount);
        _odds = [.. schema.Attributes.Select(a => AttributeColumns.HasManyValues(a) ? new ValueOdds(classes) : null)];
        _nominal = [.. schema.Attributes.Select(a => a.IsNominal)];
        _shares = new ClassShares(classes, ShareHorizon);
        _filled = new double[_odds.Sum(o => o?.Width ?? 0)];
        Schema = _nominal.Contains(true) ? Seen(schema) : schema;
        Length = _nominal.Contains(true) ? Schema.AttributeCount : 0;
    }

    /// <value>What the view looks like; it stays as it is when domains grow.</value>
    public Schema Schema { get; }

    /// <value>Length of the view; 0 = no attribute is nominal, and it is the instance itself.</value>
    public int Length { get; }

    /// <value>The columns of log-odds filled last, one attribute after the other.</value>
    public ReadOnlySpan<double> Odds => _filled;

    public long ByteSize => _odds.Sum(o => o?.ByteSize ?? 0);

    /// <summary>Fills the view of one instance, and <see cref="Odds"/>.</summary>
    /// <param name="features">The instance; NaN = missing.</param>
    /// <param name="view">Receives <see cref="Length"/> values.</param>
    public void Fill(ReadOnlySpan<double> features, Span<double> view)
    {
        if (Length == 0) return;
        int at = 0, filled = 0;
        for (int a = 0; a < features.Length; a++)
        {
            if (_odds[a] is not { } odds)
            {
                view[at++] = _nominal[a] && features[a] >= AttributeColumns.MostColumns ? AttributeColumns.MostColumns - 1 : features[a];
                continue;
            }
            Span<double> columns = _filled.AsSpan(filled, odds.Width);
            odds.Fill(features[a], _shares.Values, columns);
            columns.CopyTo(view[at..]);
            (at, filled) = (at + columns.Length, filled + columns.Length);
        }
    }

    /// <summary>Takes in the label of an instance.</summary>
    public void Learn(ReadOnlySpan<double> features, int label)
    {
        if (_filled.Length == 0) return;
        for (int a = 0; a < features.Length; a++) _odds[a]?.Learn(features[a], label);
        _shares.Learn(label);
    }

    public void Save(StateWriter writer)
    {
        if (_filled.Length == 0) return;
        writer.Mark("value-odds");
        _shares.Save(writer);
        foreach (ValueOdds? odds in _odds) odds?.Save(writer);
    }

    public void Load(StateReader reader)
    {
        if (_filled.Length == 0) return;
        reader.Mark("value-odds");
        _shares.Load(reader);
        foreach (ValueOdds? odds in _odds) odds?.Load(reader);
    }

    private static Schema Seen(Schema schema)
    {
        int odds = ValueOdds.WidthOf(Math.Max(2, schema.ClassCount));
        HashSet<string> taken = [.. schema.Attributes.Select(a => a.Name), schema.Class.Name];
        List<SchemaAttribute> seen = [];
        foreach (SchemaAttribute attribute in schema.Attributes)
        {
            if (AttributeColumns.HasManyValues(attribute))
                for (int c = 0; c < odds; c++) seen.Add(SchemaAttribute.Numeric(odds == 1 ? attribute.Name : Free($"{attribute.Name}#{c}")));
            else seen.Add(attribute.Domain is { } domain ? SchemaAttribute.Nominal(attribute.Name, domain.Values) : attribute);
        }
        return new Schema(schema.Relation, seen, schema.Class);

        string Free(string name)
        {
            while (!taken.Add(name)) name += "#";
            return name;
        }
    }
}
