using System.Text;
using System.Text.Json;
using StreamMoe.Streams;
using StreamMoe.Streams.Files;

namespace StreamMoe.Worker.Events;

/// <summary>The features, and walking through JSON.</summary>
internal sealed partial class EventDecoder
{
    private readonly byte[][] _names;
    private readonly NominalIndex _nameIndex;
    private readonly NominalIndex?[] _values;
    private readonly NominalIndex? _classes;
    private readonly long[] _seen;
    private readonly List<(int Attribute, string Value)> _new = [];
    private long _stamp;

    /// <value>Features whose names the schema does not have; they are left out.</value>
    public int IgnoredFeatures { get; private set; }

    /// <value>Features that stand there, ignored and missing ones too.</value>
    public int FeatureCount { get; private set; }

    /// <value>True when a nominal attribute has a value that is not known yet.</value>
    public bool HasNewValues => _new.Count > 0;

    /// <summary>Makes the record's new nominal values known, and sets them in its row.</summary>
    public void AddNewValues(Span<double> features)
    {
        foreach ((int attribute, string value) in _new) features[attribute] = _values[attribute]!.FindOrAdd(value);
        _new.Clear();
    }

    private void ReadFeatures(ref Utf8JsonReader reader, Span<double> features)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null: return;
            case JsonTokenType.StartObject: ReadObject(ref reader, features); break;
            case JsonTokenType.StartArray: ReadArray(ref reader, features); break;
            default:
                throw new BadEventException(DeadLetterReason.WrongType, $"\"features\" is {Describe(reader.TokenType)}; it must be an object by attribute name, or an array in schema order.");
        }
        HasFeatures = true;
    }

    private void ReadObject(ref Utf8JsonReader reader, Span<double> features)
    {
        features.Fill(double.NaN);
        int expected = 0;
        for (Next(ref reader); reader.TokenType != JsonTokenType.EndObject; Next(ref reader))
        {
            FeatureCount++;
            ReadOnlySpan<byte> name = Text(ref reader);
            int attribute = expected < _names.Length && name.SequenceEqual(_names[expected]) ? expected : _nameIndex.Find(name);
            Next(ref reader);
            if (attribute < 0)
            {
                IgnoredFeatures++;
                Skip(ref reader);
                continue;
            }
            if (_seen[attribute] == _stamp)
                throw new BadEventException(DeadLetterReason.DuplicateKey, $"the feature {NameOf(attribute)} stands there twice; which one counts is not defined. Send it once.");
            _seen[attribute] = _stamp;
            features[attribute] = ReadValue(ref reader, attribute);
            expected = attribute + 1;
        }
    }

    private void ReadArray(ref Utf8JsonReader reader, Span<double> features)
    {
        for (Next(ref reader); reader.TokenType != JsonTokenType.EndArray; Next(ref reader))
        {
            if (FeatureCount < _names.Length) features[FeatureCount] = ReadValue(ref reader, FeatureCount);
            else Skip(ref reader);
            FeatureCount++;
        }
        if (FeatureCount != _names.Length && _schema is not null)
            throw new BadEventException(DeadLetterReason.WrongLength, $"\"features\" is an array of {FeatureCount}; expected {_names.Length}, one an attribute in schema order. Send null for a missing one.");
    }

    private double ReadValue(ref Utf8JsonReader reader, int attribute)
    {
        if (reader.TokenType == JsonTokenType.Null) return double.NaN;
        NominalIndex? values = _values[attribute];
        if (values is not null)
        {
            if (reader.TokenType != JsonTokenType.String)
                throw new BadEventException(DeadLetterReason.WrongType, $"the feature {NameOf(attribute)} is {Describe(reader.TokenType)}; the attribute is nominal, so it must be a text, or null when it is missing.");
            ReadOnlySpan<byte> text = Text(ref reader);
            int index = values.Find(text);
            return index >= 0 ? index : NewValue(attribute, text);
        }
        if (reader.TokenType != JsonTokenType.Number)
            throw new BadEventException(DeadLetterReason.WrongType, $"the feature {NameOf(attribute)} is {Describe(reader.TokenType)}; the attribute is numeric, so it must be a number, or null when it is missing.");
        int position = 0;
        if (NumberText.TryRead(reader.ValueSpan, ref position, out double number) && double.IsFinite(number)) return number;
        throw new BadEventException(DeadLetterReason.NotFinite, $"the feature {NameOf(attribute)} is {Snippet.Of(reader.ValueSpan)}, which is beyond the range of a double (about ±1.8e308). Send null when it is missing.");
    }

    private double NewValue(int attribute, ReadOnlySpan<byte> text)
    {
        if (text.Length > MaxTextBytes)
            throw new BadEventException(DeadLetterReason.TextTooLong, $"the value {Snippet.Of(text)} of {NameOf(attribute)} is new and has {text.Length} bytes; a nominal value has at most {MaxTextBytes}.");
        NominalDomain domain = _schema!.Attributes[attribute].Domain!;
        if (domain.Count >= domain.Cap)
            throw new BadEventException(DeadLetterReason.UnknownValue, $"the value {Snippet.Of(text)} of {NameOf(attribute)} is new, and {domain.Count} values are known, which is the limit (schema:maxValues). The first are {Snippet.List(domain.Values)}.");
        _new.Add((attribute, Encoding.UTF8.GetString(text)));
        return double.NaN;
    }

    private string NameOf(int attribute) => Snippet.Of(_schema!.Attributes[attribute].Name);

    /// <summary>The text of a name or a string, without escapes; valid until the next call.</summary>
    private ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return reader.ValueSpan;
        if (_text.Length < reader.ValueSpan.Length) _text = new byte[Math.Max(reader.ValueSpan.Length, 2 * _text.Length)];
        try
        {
            return _text.AsSpan(0, reader.CopyString(_text));
        }
        catch (InvalidOperationException)
        {
            throw new BadEventException(DeadLetterReason.BadText, $"the text {Snippet.Of(reader.ValueSpan)} holds half a surrogate pair (\\uD800 to \\uDFFF come in pairs), which is no character.");
        }
    }

    private static void Next(ref Utf8JsonReader reader)
    {
        if (!reader.Read()) throw new JsonException("it ends early.");
        if (reader.CurrentDepth >= MaxDepth && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            throw new BadEventException(DeadLetterReason.TooDeep, $"objects and arrays are nested deeper than {MaxDepth}.");
    }

    /// <summary>Goes to the end of the value that the reader stands on.</summary>
    private static void Skip(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return;
        int depth = reader.CurrentDepth;
        do Next(ref reader);
        while (reader.CurrentDepth > depth);
    }

    private static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        _ => "null",
    };

    private static int FirstBadByte(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out int length) == System.Buffers.OperationStatus.Done) at += length;
        return at;
    }
}
