using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using StreamMoe.Streams;
using StreamMoe.Streams.Files;
using StreamMoe.Streams.Files.Text;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Events;

/// <summary>Reads the JSON of a record straight into a row of features. What it found stands in its properties until the next record.</summary>
/// <remarks>
/// In two phases: <see cref="TryDecode"/> changes nothing but the row and these properties, so that a record that turns out bad leaves no trace;
/// new nominal values and classes become part of the schema by <see cref="AddNewValues"/> and <see cref="AddNewLabel"/>.
/// The steady path (known values, no escapes) allocates nothing. Without a schema it reads everything but the features' values.
/// A feature inside an object or an array has its path for a name (<c>user.age</c>, <c>position.1</c>), by the rules of <see cref="SchemaInference"/>.
/// Docs: docs/events.md. One thread at a time.
/// </remarks>
internal sealed partial class EventDecoder
{
    /// <summary>Deepest nesting of objects and arrays: 8.</summary>
    public const int MaxDepth = 8;

    /// <summary>Longest id in bytes of UTF-8: 1,024.</summary>
    public const int MaxIdBytes = 1024;

    /// <summary>Longest class name or nominal value that an event may add, in bytes of UTF-8: 1,024. Predictions hold class names.</summary>
    public const int MaxTextBytes = 1024;

    /// <summary>The value of <see cref="Label"/> for a class that is not known yet.</summary>
    public const int NewLabel = -2;

    private readonly Schema? _schema;
    private readonly EventRules _rules;
    private readonly EventShape _shape;
    private readonly EventUnwrapper _unwrapper;
    private readonly byte[] _id = new byte[Math.Max(MaxIdBytes, 512)];
    private readonly Dictionary<PartitionId, byte[]> _idPrefixes = [];
    private PartitionId? _source;
    private byte[] _idPrefix = [];
    private readonly byte[] _number = new byte[40];
    private byte[] _text = new byte[256];
    private int _idLength;
    private string _newLabel = "";
    private long _offset;

    // The first keys that are none of ours: where they stand in the JSON, and how long they are.
    private readonly (int Start, int Length)[] _otherKeys = new (int, int)[5];

    [Flags]
    private enum Keys
    {
        None = 0,
        Id = 1,
        Time = 2,
        Features = 4,
        Label = 8,
    }

    /// <param name="schema">What features look like; null reads everything but their values.</param>
    /// <param name="rules">How records are read; null = the defaults.</param>
    /// <param name="shape">Where features stand; auto only without a schema.</param>
    /// <param name="unwrapper">Takes the event out of its format; null = one of its own.</param>
    public EventDecoder(Schema? schema, EventRules? rules = null, EventShape shape = EventShape.Nested, EventUnwrapper? unwrapper = null)
    {
        (_schema, _rules, _shape) = (schema, rules ?? EventRules.Default, shape);
        _unwrapper = unwrapper ?? new EventUnwrapper(_rules);
        if (schema is not null && shape == EventShape.Auto) throw new ArgumentException("With a schema it is known where features stand.", nameof(shape));
        if (schema is not null && SourceAttributes.FaultOf(schema, _rules.Events) is { } fault) throw new ArgumentException($"The schema does not fit: {fault}.", nameof(schema));
        string[] names = schema is null ? [] : [.. schema.Attributes.SkipLast(SourceAttributes.NamesOf(_rules.Events).Count).Select(a => a.Name)];
        _names = [.. names.Select(Encoding.UTF8.GetBytes)];
        _nameIndex = new NominalIndex(new NominalDomain(names));
        _buckets = schema is null ? [] : [.. schema.Attributes.Select(a => a.IsNominal ? _rules.Hashed.GetValueOrDefault(a.Name) : 0)];
        _values = schema is null ? [] : [.. schema.Attributes.Select(a => a.Domain is null ? null : new NominalIndex(a.Domain))];
        _classes = schema is null ? null : new NominalIndex(schema.Class.Domain!);
        _seen = new long[_names.Length];
    }

    /// <value>The event's id: its own, or <c>topic-partition@offset</c>.</value>
    public ReadOnlySpan<byte> Id => _id.AsSpan(0, _idLength);

    /// <value>True when the record told an id.</value>
    public bool HasOwnId { get; private set; }

    /// <value>The event's time: its own, or the record's timestamp; see <see cref="EventTime"/>.</value>
    public long Time { get; private set; }

    /// <value>True for an event, false for a late label.</value>
    public bool HasFeatures { get; private set; }

    /// <value>True for an event whose features stand beside its other keys; only told without a schema.</value>
    public bool IsFlat { get; private set; }

    /// <value>How the record writes its time: iso, seconds, milliseconds, microseconds or nanoseconds; null when it has none.</value>
    public string? TimeUnit { get; private set; }

    /// <value>Class index, <see cref="InstanceBlock.NoLabel"/>, or <see cref="NewLabel"/>.</value>
    public int Label { get; private set; }

    /// <value>True for a record that says nothing of an event, such as a deletion; it is not bad.</value>
    public bool IsPassedOver { get; private set; }

    /// <value>False when a value or class of the record is not known and may become known: then it reads otherwise after a record that has it.</value>
    public bool IsCertain { get; private set; }

    /// <value>Told of each nominal value and class that becomes known (attribute, or −1 for a class); null tells nobody.</value>
    public Action<int, string>? Added { get; init; }

    /// <value>Why the record is bad.</value>
    public DeadLetterReason Reason { get; private set; }

    /// <value>What was found, what is allowed, where, and what to do.</value>
    public string Error { get; private set; } = "";

    /// <summary>Reads a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="features">Receives the features; length of the schema's attributes. Means nothing when the record has none, or is bad.</param>
    /// <returns>False for a bad record: see <see cref="Reason"/> and <see cref="Error"/>.</returns>
    public bool TryDecode(in SourceRecord record, Span<double> features)
    {
        Begin(record);
        Utf8JsonReader reader = default;
        ReadOnlySpan<byte> json = default;
        try
        {
            if (!_unwrapper.TryUnwrap(record, out json))
            {
                IsPassedOver = true;
                return false;
            }
            if (!Utf8.IsValid(json))
                throw new BadEventException(DeadLetterReason.NotUtf8, $"byte {FirstBadByte(json)} of the value is not valid UTF-8. Send JSON encoded as UTF-8.");
            if (json.StartsWith("\uFEFF"u8)) json = json[3..];
            reader = new(json);
            Read(ref reader, json, features);
            if (HasFeatures) ReadSource(record, features);
            return true;
        }
        catch (BadEventException e)
        {
            (Reason, Error) = (e.Reason, $"{record.Source}@{_offset}: {e.Message}");
        }
        catch (JsonException e)
        {
            (Reason, Error) = NotFiniteWordAt(json, (int)reader.BytesConsumed) is { } word
                ? (DeadLetterReason.NotFinite, $"{record.Source}@{_offset}: {word} stands where a value must; JSON has no such number. Send null when a value is missing.")
                : (DeadLetterReason.NotJson, $"{record.Source}@{_offset}: the value is not one JSON object: {Snippet.Short(e.Message)}");
        }
        return false;
    }

    /// <summary>Makes the record's new class a class.</summary>
    /// <returns>Its index.</returns>
    public int AddNewLabel()
    {
        if (Label != NewLabel) throw new InvalidOperationException("The record has no new class.");
        Added?.Invoke(-1, _newLabel);
        return Label = _classes!.FindOrAdd(_newLabel);
    }

    /// <summary>A nominal value, or a class, is known from here on.</summary>
    /// <param name="attribute">Its attribute; −1 for a class.</param>
    /// <param name="value">The value.</param>
    public void Know(int attribute, string value) => (attribute < 0 ? _classes : _values[attribute])!.FindOrAdd(value);

    private void Begin(in SourceRecord record)
    {
        _offset = record.Offset;
        (HasFeatures, HasOwnId, Label, IgnoredFeatures, FeatureCount) = (false, false, InstanceBlock.NoLabel, 0, 0);
        (IsFlat, TimeUnit, IsPassedOver, IsCertain) = (false, null, false, true);
        Time = EventTime.OfTimestamp(record.Timestamp);
        _new.Clear();
        _faults.Clear();
        _stamp++;
        if (!ReferenceEquals(_source, record.Source)) TakeSource(record.Source);
        _idPrefix.CopyTo(_id, 0);
        _offset.TryFormat(_id.AsSpan(_idPrefix.Length), out int digits, default, CultureInfo.InvariantCulture);
        _idLength = _idPrefix.Length + digits;
    }

    private void TakeSource(PartitionId source)
    {
        _source = source;
        if (!_idPrefixes.TryGetValue(source, out byte[]? prefix)) _idPrefixes[source] = prefix = Encoding.UTF8.GetBytes($"{source}@");
        _idPrefix = prefix;
    }

    private void Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, Span<double> features)
    {
        Next(ref reader);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            JsonTokenType found = reader.TokenType;
            Skip(ref reader);
            reader.Read();
            throw new BadEventException(DeadLetterReason.NotAnObject, $"the value is {Describe(found)}; it must be an object with \"features\", \"label\" or both.");
        }
        Keys seen = Keys.None;
        int others = 0, expected = 0;
        if (_shape == EventShape.Flat) features.Fill(double.NaN);
        for (Next(ref reader); reader.TokenType != JsonTokenType.EndObject; Next(ref reader))
        {
            ReadOnlySpan<byte> name = Text(ref reader);
            Keys key = KeyOf(name);
            if (key == Keys.None)
            {
                if (_shape == EventShape.Flat)
                {
                    ReadMember(ref reader, features, name, inPath: false, 0, ref expected);
                    continue;
                }
                if (others < _otherKeys.Length) _otherKeys[others] = ((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
                others++;
            }
            else if ((seen & key) != Keys.None)
                throw new BadEventException(DeadLetterReason.DuplicateKey, $"the key {Snippet.Of(name)} is there twice; which one counts is not defined. Send it once.");
            seen |= key;
            Next(ref reader);
            switch (key)
            {
                case Keys.Id: ReadId(ref reader); break;
                case Keys.Time: ReadTime(ref reader); break;
                case Keys.Label: ReadLabel(ref reader); break;
                case Keys.Features: ReadFeatures(ref reader, features); break;
                default: Skip(ref reader); break;
            }
        }
        if (reader.Read()) throw new BadEventException(DeadLetterReason.NotJson, "something stands behind the object.");
        if (_shape == EventShape.Flat) HasFeatures = FeatureCount > 0;
        else if (others > 0 && (seen & Keys.Features) == Keys.None) TakeOtherKeys(json, others);
        if (HasFeatures) return;
        if (Label == InstanceBlock.NoLabel)
            throw new BadEventException(DeadLetterReason.MissingFeaturesAndLabel, "neither \"features\" nor \"label\" is there; an event has features, a late label has an id and a label.");
        if (!HasOwnId)
            throw new BadEventException(DeadLetterReason.LabelWithoutId, "a label without features must tell the \"id\" of its event.");
    }

    /// <summary>An object without features that has other keys: an event whose features they are, where that is not ruled out.</summary>
    private void TakeOtherKeys(ReadOnlySpan<byte> json, int count)
    {
        if (_shape == EventShape.Auto)
        {
            (IsFlat, HasFeatures, FeatureCount) = (true, true, count);
            return;
        }
        List<string> names = [];
        for (int i = 0; i < Math.Min(count, _otherKeys.Length); i++) names.Add(Snippet.Of(json.Slice(_otherKeys[i].Start, _otherKeys[i].Length)));
        throw new BadEventException(DeadLetterReason.FlatEvent, $"there is no \"features\", but {string.Join(", ", names)}{(count > names.Count ? $" and {count - names.Count} keys more" : "")}. "
            + "If these are the features, set events:shape to flat; if one holds the id, the label or the time, say so by events:map; a late label has an id and a label alone.");
    }

    private Keys KeyOf(ReadOnlySpan<byte> name)
    {
        if (_shape != EventShape.Flat && name.SequenceEqual("features"u8)) return Keys.Features;
        if (name.SequenceEqual(_rules.Label)) return Keys.Label;
        if (name.SequenceEqual(_rules.Id)) return Keys.Id;
        return name.SequenceEqual(_rules.Time) ? Keys.Time : Keys.None;
    }

    /// <summary>The word for a number that is not finite which stands at or just after a place in the text, or null.</summary>
    private static string? NotFiniteWordAt(ReadOnlySpan<byte> json, int at)
    {
        ReadOnlySpan<byte> rest = json[Math.Min(at, json.Length)..].TrimStart(" \t\r\n:,["u8);
        int length = 0;
        while (length < rest.Length && (char.IsAsciiLetter((char)rest[length]) || rest[length] is (byte)'-' or (byte)'+')) length++;
        return length > 0 && NumberText.IsNotFiniteWord(rest[..length]) ? Encoding.ASCII.GetString(rest[..length]) : null;
    }

    private void ReadId(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return;
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
            throw new BadEventException(DeadLetterReason.BadId, $"\"id\" is {Describe(reader.TokenType)}; it must be a text or a number.");
        ReadOnlySpan<byte> id = reader.TokenType == JsonTokenType.String ? Text(ref reader) : reader.ValueSpan;
        if (id.Length is 0 or > MaxIdBytes)
            throw new BadEventException(DeadLetterReason.BadId, $"\"id\" has {id.Length} bytes; it must have 1 to {MaxIdBytes}. Leave it out when events need none.");
        id.CopyTo(_id);
        (_idLength, HasOwnId) = (id.Length, true);
    }

    private void ReadTime(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return;
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
            throw new BadEventException(DeadLetterReason.BadTime, $"\"time\" is {Describe(reader.TokenType)}; it must be a text such as \"2026-11-21T20:00:00Z\" (RFC 3339), or a number since 1970.");
        ReadOnlySpan<byte> text = reader.TokenType == JsonTokenType.String ? Text(ref reader) : reader.ValueSpan;
        if (EventTime.TryParse(text, out long time)) TimeUnit = "iso";
        else if (EventTime.TryParseNumber(text, out time, out string unit)) TimeUnit = unit;
        else
            throw new BadEventException(DeadLetterReason.BadTime, $"\"time\" is {Snippet.Of(text)}; it must be a RFC 3339 time with Z or an offset, such as \"2026-11-21T20:00:00Z\", or seconds, milliseconds or microseconds since 1970.");
        Time = time;
    }

    /// <summary>A number without its zeros after the point, as 1 of 1.0; false for one that is no whole number.</summary>
    private static bool WholeNumber(ReadOnlySpan<byte> text, Span<byte> digits, out int length)
    {
        length = 0;
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) && number == decimal.Truncate(number)
            && decimal.Truncate(number).TryFormat(digits, out length, "0", CultureInfo.InvariantCulture);
    }

    private void ReadLabel(ref Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> text;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null: return;
            case JsonTokenType.String: text = Text(ref reader); break;
            case JsonTokenType.True: text = "true"u8; break;
            case JsonTokenType.False: text = "false"u8; break;
            case JsonTokenType.Number when reader.ValueSpan.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0: text = reader.ValueSpan; break;
            case JsonTokenType.Number when WholeNumber(reader.ValueSpan, _number, out int length): text = _number.AsSpan(0, length); break;
            case JsonTokenType.Number:
                throw new BadEventException(DeadLetterReason.WrongType, $"\"label\" is the number {Encoding.UTF8.GetString(reader.ValueSpan)}; it must be the name of a class: a text, an integer or a boolean.");
            default:
                throw new BadEventException(DeadLetterReason.WrongType, $"\"label\" is {Describe(reader.TokenType)}; it must be the name of a class: a text, an integer or a boolean.");
        }
        if (text.IsEmpty)
            throw new BadEventException(DeadLetterReason.WrongType, "\"label\" is an empty text; it must be the name of a class. Leave it out, or send null, when it is not known yet.");
        Label = _classes is null ? NewLabel : _classes.Find(text);
        if (Label >= 0) return;
        NominalDomain? classes = _schema?.Class.Domain;
        IsCertain &= classes is not null && classes.Count >= classes.Cap;
        if (text.Length > MaxTextBytes)
            throw new BadEventException(DeadLetterReason.TextTooLong, $"the label {Snippet.Of(text)} is new and has {text.Length} bytes; a class has at most {MaxTextBytes}.");
        if (classes is null) return;
        if (classes.Count >= classes.Cap)
            throw new BadEventException(DeadLetterReason.UnknownClass, $"the label {Snippet.Of(text)} is new, and {classes.Count} classes are known, which is the limit (schema:maxClasses). The first are {Snippet.List(classes.Values)}.");
        (Label, _newLabel) = (NewLabel, Encoding.UTF8.GetString(text));
    }
}
