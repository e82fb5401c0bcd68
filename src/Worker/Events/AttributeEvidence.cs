using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamMoe.Streams;
using StreamMoe.Streams.Files;
using StreamMoe.Streams.Files.Text;
using StreamMoe.Worker.Configuration;

namespace StreamMoe.Worker.Events;

/// <summary>What the records held show of every name: the ground on which its attribute stands.</summary>
/// <remarks>A name that was never a number, a text or a boolean gets no attribute. Members of objects have their path (<c>user.home.city</c>), numbers of arrays
/// their number (<c>position.1</c>), as <see cref="EventDecoder"/> reads them, to <see cref="EventRules.MaxNesting"/> levels.</remarks>
internal sealed class AttributeEvidence(EventRules rules)
{
    // So few texts do not show what a column holds.
    private const int LeastTexts = 20, ManyValues = 200;
    private const double NearlyAll = 0.95;

    private readonly Dictionary<string, Seen> _seen = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    private sealed class Seen
    {
        public int Numbers, Texts, Booleans, NumericTexts, Uuids, Hashes, Times;
        public HashSet<string> Values { get; } = new(StringComparer.Ordinal);
        public bool HasValue => Numbers + Texts + Booleans > 0;
    }

    /// <value>The names that become attributes, in order of first appearance.</value>
    public IReadOnlyList<string> Names => [.. _order.Where(n => _seen[n].HasValue && !rules.Ignored.Contains(n))];

    /// <value>The names that do not.</value>
    public IReadOnlyList<string> Ignored => [.. _order.Where(n => !_seen[n].HasValue || rules.Ignored.Contains(n))];

    /// <summary>Takes in an object of features.</summary>
    public void AddNested(JsonElement features)
    {
        foreach (JsonProperty member in features.EnumerateObject())
            if (!IsMapped(member)) Add(JsonText.NameOf(member), member.Value, 1);
    }

    /// <summary>Takes in an object whose keys are features, besides id, label and time.</summary>
    public void AddFlat(JsonElement record)
    {
        foreach (JsonProperty member in record.EnumerateObject())
            if (!member.NameEquals(rules.Id) && !member.NameEquals(rules.Label) && !member.NameEquals(rules.Time)) Add(JsonText.NameOf(member), member.Value, 1);
    }

    /// <summary>Takes in a place of an array of features.</summary>
    public void AddPlace(int place, JsonElement value)
    {
        if (value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)) Note($"a{place + 1}", value);
    }

    /// <summary>The attribute of a name.</summary>
    public SchemaAttribute Attribute(string name, SchemaOptions options)
    {
        if (rules.Hashed.TryGetValue(name, out int buckets)) return SchemaAttribute.Nominal(name, EventRules.BucketNames(buckets), buckets);
        return IsNominal(name) ? SchemaAttribute.Nominal(name, [], options.CapOf(options.MaxValues)) : SchemaAttribute.Numeric(name);
    }

    /// <summary>True when an attribute is nominal though all its texts are numbers.</summary>
    public bool IsNumericText(string name) => _seen.TryGetValue(name, out Seen? seen) && IsNominal(name) && seen.Texts > 0 && seen.NumericTexts == seen.Texts && seen.Booleans == 0;

    /// <summary>Why a nominal attribute looks like an identifier; null when it does not.</summary>
    public string? IdentifierOf(string name)
    {
        if (!IsNominal(name) || rules.Hashed.ContainsKey(name) || !_seen.TryGetValue(name, out Seen? seen) || seen.Texts < LeastTexts || seen.Values.Count < NearlyAll * seen.Texts) return null;
        if (seen.Uuids >= NearlyAll * seen.Texts) return "uuid";
        if (seen.Hashes >= NearlyAll * seen.Texts) return "hash";
        if (seen.Times >= NearlyAll * seen.Texts) return "time";
        return seen.Values.Count >= ManyValues ? "distinct" : null;
    }

    /// <summary>Texts and booleans make an attribute nominal, unless there are more numbers, or the texts are numbers too.</summary>
    private bool IsNominal(string name)
    {
        if (rules.Hashed.ContainsKey(name)) return true;
        if (!_seen.TryGetValue(name, out Seen? seen)) return false;
        int names = seen.Texts + seen.Booleans;
        return names > 0 && names >= seen.Numbers && !(seen.Numbers > 0 && seen.Booleans == 0 && seen.NumericTexts == seen.Texts);
    }

    private bool IsMapped(JsonProperty member) => rules.Mapped.Any(m => member.NameEquals(m));

    /// <summary>Takes a value in; one whose name is no text settles nothing, as its record will be a dead letter.</summary>
    private void Add(string? name, JsonElement value, int depth)
    {
        if (name is null) return;
        if (value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            Note(name, value);
            return;
        }
        if (depth > EventRules.MaxNesting)
        {
            Note(name, default);
            return;
        }
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in value.EnumerateObject())
                Add(JsonText.NameOf(member) is { } inner ? $"{name}.{inner}" : null, member.Value, depth + 1);
            return;
        }
        int number = 0;
        bool numbers = false;
        foreach (JsonElement element in value.EnumerateArray())
        {
            if (++number > EventRules.MaxArray) break;
            if (element.ValueKind != JsonValueKind.Number) continue;
            Note(string.Create(CultureInfo.InvariantCulture, $"{name}.{number}"), element);
            numbers = true;
        }
        if (!numbers) Note(name, default);
    }

    private void Note(string name, JsonElement value)
    {
        if (name.Length == 0) return;
        if (!_seen.TryGetValue(name, out Seen? seen))
        {
            if (_order.Count >= SchemaInference.MostAttributes) return;
            _order.Add(name);
            _seen[name] = seen = new Seen();
        }
        switch (value.ValueKind)
        {
            case JsonValueKind.Number: seen.Numbers++; break;
            case JsonValueKind.True or JsonValueKind.False: seen.Booleans++; break;
            case JsonValueKind.String when JsonText.Of(value) is { } text: NoteText(seen, text); break;
        }
    }

    private static void NoteText(Seen seen, string text)
    {
        seen.Texts++;
        if (NumberText.TryReadAll(Encoding.UTF8.GetBytes(text.Trim()), out double number) && double.IsFinite(number)) seen.NumericTexts++;
        if (seen.Values.Count <= ManyValues * 1000) seen.Values.Add(text);
        if (Guid.TryParseExact(text, "D", out _)) seen.Uuids++;
        else if (text.Length >= 16 && text.All(char.IsAsciiHexDigit)) seen.Hashes++;
        else if (EventTime.TryParse(Encoding.UTF8.GetBytes(text), out _)) seen.Times++;
    }
}
