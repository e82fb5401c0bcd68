using System.Globalization;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Gating;

/// <summary>What mistakes cost, by the names of the classes.</summary>
/// <remarks>Entries are separated by semicolons: <c>label&gt;prediction:cost</c> for one mistake, <c>label:cost</c> for every mistake on a class. A mistake that is not
/// listed costs 1, a right prediction nothing; later entries win.</remarks>
internal sealed class CostTable
{
    private const double Most = 1e9;
    private readonly List<(string Label, string? Prediction, double Cost)> _entries = [];

    private CostTable() { }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fault">What is wrong; null when the table is made.</param>
    public static CostTable? Parse(string text, out string? fault)
    {
        CostTable table = new();
        fault = null;
        foreach (string entry in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = entry.LastIndexOf(':');
            if (colon < 1 || !double.TryParse(entry.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double cost) || !(cost is >= 0 and <= Most))
            {
                fault = $"costs had '{entry}'; must be entries label:cost or label>prediction:cost, separated by semicolons, with a cost in [0, 1000000000]";
                return null;
            }
            string[] names = entry[..colon].Split('>', 2, StringSplitOptions.TrimEntries);
            table._entries.Add((names[0], names.Length == 2 ? names[1] : null, cost));
        }
        return table;
    }

    /// <summary>The names of classes that a schema does not have.</summary>
    public IEnumerable<string> UnknownTo(Schema schema)
        => _entries.SelectMany(e => e.Prediction is null ? (string[])[e.Label] : [e.Label, e.Prediction]).Distinct().Where(n => !schema.Class.Domain!.TryGetIndex(n, out _));

    /// <summary>The costs of classes × predictions, row-major, for the classes that are known now.</summary>
    public double[] Matrix(Schema schema, int classes)
    {
        double[] costs = new double[classes * classes];
        for (int label = 0; label < classes; label++)
            for (int prediction = 0; prediction < classes; prediction++) costs[label * classes + prediction] = label == prediction ? 0 : 1;
        foreach ((string name, string? predicted, double cost) in _entries)
        {
            if (!schema.Class.Domain!.TryGetIndex(name, out int label) || label >= classes) continue;
            if (predicted is null)
            {
                for (int prediction = 0; prediction < classes; prediction++)
                    if (prediction != label) costs[label * classes + prediction] = cost;
            }
            else if (schema.Class.Domain.TryGetIndex(predicted, out int only) && only < classes) costs[label * classes + only] = cost;
        }
        return costs;
    }
}
