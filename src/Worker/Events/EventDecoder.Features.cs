using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamMoe.Streams;
using StreamMoe.Streams.Files;
using StreamMoe.Streams.Files.Text;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;

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
    private static readonly byte[] s_other = Encoding.UTF8.GetBytes(EventRules.Other);
    private readonly int[] _buckets;
    private readonly List<(int Attribute, FeatureFault Fault)> _faults = [];
    private byte[] _path = new byte[256];
    private long _stamp;

    /// <value>Features whose names the schema does not have; they are left out.</value>
    public int IgnoredFeatures { get; private set; }

    /// <value>Features that stand there, ignored and missing ones too.</value>
    public int FeatureCount { get; private set; }

    /// <value>True when a nominal attribute has a value that is not known yet.</value>
    public bool HasNewValues => _new.Count > 0;

    /// <value>Features of the record that are not quite what their attributes take.</value>
    public List<(int Attribute, FeatureFault Fault)> Faults => _faults;

    /// <summary>Makes the record's new nominal values known, and sets them in its row.</summary>
    public void AddNewValues(Span<double> features)
    {
        foreach ((int attribute, string value) in _new)
        {
            Added?.Invoke(attribute, value);
            features[attribute] = _values[attribute]!.FindOrAdd(value);
        }
        _new.Clear();
    }

    /// <summary>The attributes that come from where the record stands.</summary>
    private void ReadSource(in SourceRecord record, Span<double> features)
    {
        int attribute = _names.Length;
        if (_rules.Events.KeyAsAttribute)
        {
            if (HasOwnId && Label == InstanceBlock.NoLabel && record.Key.AsSpan().SequenceEqual(Id))
                throw new BadEventException(DeadLetterReason.KeyIsId, $"its key is its id, {Snippet.Of(Id)}, and it waits for a label; as an attribute (events:keyAsAttribute) a key that never comes again tells nothing. "
                    + "Send events under a key that has a concept of its own, or set events:keyAsAttribute=false.");
            if (_schema is not null) features[attribute] = ReadKey(record.Key, attribute);
            attribute++;
        }
        if (!_rules.Events.PartitionAsAttribute || _schema is null) return;
        Span<byte> digits = stackalloc byte[11];
        record.Source.Partition.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
        features[attribute] = ValueOf(digits[..length], attribute);
    }

    private double ReadKey(byte[]? key, int attribute)
    {
        if (key is null) return double.NaN;
        return ValueOf(System.Text.Unicode.Utf8.IsValid(key) ? key : Encoding.UTF8.GetBytes("0x" + Convert.ToHexString(key)), attribute);
    }

    private double ValueOf(ReadOnlySpan<byte> text, int attribute)
    {
        if (_buckets[attribute] > 0) return EventRules.BucketOf(text, _buckets[attribute]);
        int index = _values[attribute]!.Find(text);
        return index >= 0 ? index : NewValue(attribute, text);
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
            ReadMember(ref reader, features, Text(ref reader), inPath: false, 0, ref expected);
    }

    /// <summary>Reads a member whose name the reader stands on.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="features">Receives its value.</param>
    /// <param name="name">Its name, with the path to it.</param>
    /// <param name="inPath">True when the name is what <see cref="_path"/> begins with.</param>
    /// <param name="depth">Objects and arrays around it, below the features.</param>
    /// <param name="expected">The attribute that comes next when a record has all of them in order.</param>
    private void ReadMember(ref Utf8JsonReader reader, Span<double> features, ReadOnlySpan<byte> name, bool inPath, int depth, ref int expected)
    {
        int attribute = expected < _names.Length && name.SequenceEqual(_names[expected]) ? expected : _nameIndex.Find(name);
        if (_rules.Mapped.Length > 0 && depth == 0 && _rules.IsMapped(name)) attribute = -2;
        Next(ref reader);
        if (attribute == -1 && _schema is not null && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            if (!inPath) name.CopyTo(Path(name.Length));
            ReadInside(ref reader, features, name.Length, depth + 1, ref expected);
            return;
        }
        FeatureCount++;
        if (attribute < 0)
        {
            if (attribute == -1) IgnoredFeatures++;
            Skip(ref reader);
            return;
        }
        if (_seen[attribute] == _stamp)
            throw new BadEventException(DeadLetterReason.DuplicateKey, $"the feature {NameOf(attribute)} is there twice; which one counts is not defined. Send it once.");
        _seen[attribute] = _stamp;
        features[attribute] = ReadValue(ref reader, attribute);
        expected = attribute + 1;
    }

    /// <summary>Reads the members of an object or array whose path is in <see cref="_path"/>.</summary>
    private void ReadInside(ref Utf8JsonReader reader, Span<double> features, int length, int depth, ref int expected)
    {
        if (depth > EventRules.MaxNesting)
        {
            (FeatureCount, IgnoredFeatures) = (FeatureCount + 1, IgnoredFeatures + 1);
            Skip(ref reader);
            return;
        }
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            for (Next(ref reader); reader.TokenType != JsonTokenType.EndObject; Next(ref reader))
            {
                ReadOnlySpan<byte> name = Text(ref reader);
                int end = length + 1 + name.Length;
                Span<byte> path = Path(end);
                path[length] = (byte)'.';
                name.CopyTo(path[(length + 1)..]);
                ReadMember(ref reader, features, path, inPath: true, depth, ref expected);
            }
            return;
        }
        int number = 0;
        for (Next(ref reader); reader.TokenType != JsonTokenType.EndArray; Next(ref reader))
        {
            number++;
            FeatureCount++;
            int attribute = -1;
            if (number <= EventRules.MaxArray && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            {
                Span<byte> path = Path(length + 12);
                path[length] = (byte)'.';
                number.TryFormat(path[(length + 1)..], out int digits, default, CultureInfo.InvariantCulture);
                path = path[..(length + 1 + digits)];
                attribute = expected < _names.Length && path.SequenceEqual(_names[expected]) ? expected : _nameIndex.Find(path);
            }
            if (attribute < 0)
            {
                IgnoredFeatures++;
                Skip(ref reader);
                continue;
            }
            if (_seen[attribute] == _stamp)
                throw new BadEventException(DeadLetterReason.DuplicateKey, $"the feature {NameOf(attribute)} is there twice; which one counts is not defined. Send it once.");
            _seen[attribute] = _stamp;
            features[attribute] = ReadValue(ref reader, attribute);
            expected = attribute + 1;
        }
    }

    /// <summary>The first bytes of the path; its content is kept.</summary>
    private Span<byte> Path(int length)
    {
        if (_path.Length < length) Array.Resize(ref _path, Math.Max(length, 2 * _path.Length));
        return _path.AsSpan(0, length);
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
        if (values is not null) return ReadNominal(ref reader, attribute);
        if (reader.TokenType != JsonTokenType.Number) return ReadNumberOfText(ref reader, attribute);
        int position = 0;
        if (NumberText.TryRead(reader.ValueSpan, ref position, out double number) && double.IsFinite(number)) return number;
        throw new BadEventException(DeadLetterReason.NotFinite, $"the feature {NameOf(attribute)} is {Snippet.Of(reader.ValueSpan)}, which is beyond the range of a double (about ±1.8e308). Send null when it is missing.");
    }

    private double ReadNominal(ref Utf8JsonReader reader, int attribute)
    {
        ReadOnlySpan<byte> text;
        switch (reader.TokenType)
        {
            case JsonTokenType.String: text = Text(ref reader); break;
            case JsonTokenType.True: text = "true"u8; break;
            case JsonTokenType.False: text = "false"u8; break;
            case JsonTokenType.Number when _buckets[attribute] > 0: text = reader.ValueSpan; break;
            default: return OtherType(ref reader, attribute);
        }
        return ValueOf(text, attribute);
    }

    /// <summary>A numeric attribute that is no number: a text that is one is read as it.</summary>
    private double ReadNumberOfText(ref Utf8JsonReader reader, int attribute)
    {
        if (reader.TokenType == JsonTokenType.String && !_rules.Schema.Strict)
        {
            ReadOnlySpan<byte> text = Text(ref reader).Trim(" \t"u8);
            if (NumberText.TryReadAll(text, out double number) && double.IsFinite(number))
            {
                _faults.Add((attribute, FeatureFault.NumberAsText));
                return number;
            }
        }
        return OtherType(ref reader, attribute);
    }

    private double OtherType(ref Utf8JsonReader reader, int attribute)
    {
        if (_rules.Schema.Strict)
            throw new BadEventException(DeadLetterReason.WrongType, _values[attribute] is null
                ? $"the feature {NameOf(attribute)} is {Describe(reader.TokenType)}; the attribute is numeric, so it must be a number, or null when it is missing."
                : $"the feature {NameOf(attribute)} is {Describe(reader.TokenType)}; the attribute is nominal, so it must be a text or a boolean, or null when it is missing.");
        _faults.Add((attribute, FeatureFault.OtherType));
        Skip(ref reader);
        return double.NaN;
    }

    private double NewValue(int attribute, ReadOnlySpan<byte> text)
    {
        NominalDomain domain = _schema!.Attributes[attribute].Domain!;
        IsCertain &= domain.Count >= domain.Cap;
        NewValueAction action = _rules.Schema.OnNewValue;
        bool isLong = text.Length > MaxTextBytes;
        int other = -1, room = domain.Cap - domain.Count;
        if (action == NewValueAction.Other)
        {
            other = _values[attribute]!.Find(s_other);
            if (other < 0) room--; // kept for it
        }
        if (!isLong && room > 0)
        {
            _new.Add((attribute, Encoding.UTF8.GetString(text)));
            return double.NaN;
        }
        if (action == NewValueAction.DeadLetter)
            throw isLong
                ? new BadEventException(DeadLetterReason.TextTooLong, $"the value {Snippet.Of(text)} of {NameOf(attribute)} is new and has {text.Length} bytes; a nominal value has at most {MaxTextBytes}.")
                : new BadEventException(DeadLetterReason.UnknownValue, $"the value {Snippet.Of(text)} of {NameOf(attribute)} is new, and {domain.Count} values are known, which is the limit (schema:maxValues). The first are {Snippet.List(domain.Values)}.");
        _faults.Add((attribute, FeatureFault.BeyondCap));
        if (action == NewValueAction.Missing) return double.NaN;
        if (other < 0 && domain.Count < domain.Cap) _new.Add((attribute, EventRules.Other));
        return other < 0 ? double.NaN : other;
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
