using System.Buffers;
using System.Text;
using System.Text.Json;
using StreamMoe.Experts.Baselines;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.History;

/// <summary>Writes the parts of a history as JSON (docs/live.md).</summary>
internal static class LiveJson
{
    /// <summary>Bytes of a dead letter's value that are shown: 200.</summary>
    public const int MostValueBytes = 200;

    private const int MostErrorCharacters = 500;

    /// <summary>Writes a number, or null when it is not finite.</summary>
    public static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        WriteValue(json, value);
    }

    /// <summary>Writes points as arrays: position, time, accuracy, low, high, no change, majority, throughput, lag, shares.</summary>
    public static void WritePoints(Utf8JsonWriter json, IEnumerable<LivePoint> points)
    {
        json.WriteStartArray("points");
        foreach (LivePoint point in points)
        {
            json.WriteStartArray();
            json.WriteNumberValue(point.Position);
            json.WriteNumberValue(Math.Round(point.Time, 3));
            foreach (double value in (ReadOnlySpan<double>)[point.Accuracy, point.Low, point.High, point.NoChange, point.Majority]) WriteValue(json, Math.Round(value, 4));
            json.WriteNumberValue(Math.Round(point.Throughput, 1));
            json.WriteNumberValue(point.Lag);
            json.WriteStartArray();
            foreach (float share in point.Shares) WriteValue(json, Math.Round(share, 3));
            json.WriteEndArray();
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    /// <summary>Writes the experts that changed behind a serial, each with its row.</summary>
    public static void WriteExperts(Utf8JsonWriter json, IReadOnlyList<ExpertTimeline> experts, long after)
    {
        json.WriteStartArray("experts");
        for (int row = 0; row < experts.Count; row++)
        {
            ExpertTimeline expert = experts[row];
            if (expert.Serial <= after) continue;
            json.WriteStartObject();
            json.WriteNumber("row", row);
            json.WriteNumber("id", expert.Id);
            json.WriteString("kind", expert.Kind);
            json.WriteStartArray("states");
            foreach (ExpertTimeline.StateChange change in expert.States) WriteEntry(json, change.Position, change.Time, change.State.ToString());
            json.WriteEndArray();
            json.WriteStartArray("events");
            foreach (ExpertTimeline.Happening happening in expert.Happenings) WriteEntry(json, happening.Position, happening.Time, happening.Kind.ToString());
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Writes marks.</summary>
    public static void WriteMarks(Utf8JsonWriter json, IEnumerable<LiveMark> marks)
    {
        json.WriteStartArray("marks");
        foreach (LiveMark mark in marks)
        {
            json.WriteStartObject();
            json.WriteNumber("position", mark.Position);
            json.WriteNumber("time", Math.Round(mark.Time, 3));
            json.WriteString("kind", mark.IsDrift ? "drift" : "warning");
            json.WriteString("source", mark.Source);
            json.WriteString("detector", mark.Detector);
            json.WriteNumber("count", mark.Count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Writes notes.</summary>
    public static void WriteNotes(Utf8JsonWriter json, string name, IEnumerable<LiveNote> notes)
    {
        json.WriteStartArray(name);
        foreach (LiveNote note in notes) json.WriteRawValue(note.Json, skipInputValidation: true);
        json.WriteEndArray();
    }

    /// <summary>A dead letter as the page gets it: reason, error, source, and the beginning of the value as text without control characters.</summary>
    public static byte[] DeadLetter(OutputBatch outputs, int index, long serial, double time)
    {
        ArrayBufferWriter<byte> bytes = new(512);
        using Utf8JsonWriter json = new(bytes);
        json.WriteStartObject();
        json.WriteNumber("serial", serial);
        json.WriteNumber("time", Math.Round(time, 3));
        foreach ((string name, byte[]? value) in outputs.HeadersOf(index) ?? [])
            if (name is "streammoe-reason" or "streammoe-error" or "streammoe-source") json.WriteString(name["streammoe-".Length..], Printable(value, MostErrorCharacters));
        ReadOnlySpan<byte> content = outputs.ValueOf(index);
        json.WriteNumber("bytes", content.Length);
        if (outputs.IsNull(index)) json.WriteNull("value");
        else json.WriteString("value", Printable(content[..Math.Min(content.Length, MostValueBytes)], MostValueBytes));
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Bytes as text; what is not UTF-8 and what would not show, or would turn the text around, becomes a replacement character.</summary>
    private static string Printable(ReadOnlySpan<byte> bytes, int most)
    {
        StringBuilder text = new();
        foreach (Rune rune in Encoding.UTF8.GetString(bytes).EnumerateRunes())
        {
            bool shows = Rune.GetUnicodeCategory(rune) is not (System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator or System.Globalization.UnicodeCategory.PrivateUse);
            text.Append(shows ? rune : Rune.ReplacementChar);
            if (text.Length >= most) break;
        }
        return text.ToString();
    }

    private static void WriteEntry(Utf8JsonWriter json, long position, double time, string what)
    {
        json.WriteStartArray();
        json.WriteNumberValue(position);
        json.WriteNumberValue(Math.Round(time, 3));
        json.WriteStringValue(what.ToLowerInvariant());
        json.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteNullValue();
    }
}
