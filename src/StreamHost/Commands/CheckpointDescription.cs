using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.StreamHost.Commands;

/// <summary>Prints what is in a checkpoint, as far as it can be trusted.</summary>
internal sealed class CheckpointDescription
{
    private static readonly JsonWriterOptions s_json = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly CheckpointInspection _found;
    private readonly ILearner? _learner;
    private readonly string? _learnerFault;

    /// <param name="found">The checkpoint. When it is intact its learner is made, to count the experts.</param>
    public CheckpointDescription(CheckpointInspection found)
    {
        _found = found;
        if (!found.IsIntact || found.Header?.Schema is null || found.Parts.All(p => p.Name != CheckpointSection.Learner)) return;
        try
        {
            using WorkRunner work = new(1);
            LearnerPreset preset = Continuation.Model(PresetCatalogue.Create(found.Header.Model, []), isNamed: false, found.Header);
            _learner = CheckpointFile.Read(found.Name).RestoreLearner(preset, work);
        }
        catch (Exception e) when (e is OptionException or CheckpointException)
        {
            _learnerFault = e.Message;
        }
    }

    public void WriteText(TextWriter output)
    {
        if (_found.OtherFormat is { } other)
        {
            output.WriteLine($"{_found.Name}: another format: {other}");
            return;
        }
        output.WriteLine($"{_found.Name}: {(_found.IsIntact ? "intact" : "DAMAGED")}, {_found.Length} bytes");
        foreach (CheckpointFault fault in _found.Faults) output.WriteLine($"  damaged: {fault}");
        if (_found.Header is not { } header) return;
        output.WriteLine($"  format {CheckpointFile.Format}, written by {header.CreatedBy}");
        output.WriteLine($"  {header.Stream}, next position {header.NextPosition}{(header.Generation > 0 ? $", generation {header.Generation}" : "")}");
        output.WriteLine($"  model {header.Model}, seed {header.Seed}");
        if (_learner is not null) output.WriteLine($"  {_learner.ExpertCount} experts, {_learner.Learned} instances learned, {_learner.ByteSize} bytes of state");
        if (_learnerFault is not null) output.WriteLine($"  the learner cannot be made by this build: {_learnerFault}");
        if (header.Schema?.Schema is { } schema)
        {
            output.WriteLine($"  schema '{schema.Relation}': {schema.AttributeCount} attributes, {schema.Attributes.Count(a => a.IsNominal)} of them nominal; class '{schema.Class.Name}' "
                + $"with {schema.ClassCount} of at most {schema.Class.Domain!.Cap} values");
        }
        else output.WriteLine("  no schema yet");
        output.WriteLine("  sections");
        foreach (CheckpointPart part in _found.Parts)
            output.WriteLine($"    {part.Name,-12}{part.Length,14} bytes from {part.From,-12}{(part.IsIntact ? "intact" : "DAMAGED")}");
        output.WriteLine("  options");
        foreach ((string name, string value) in header.LearningOptions.OrderBy(o => o.Key, StringComparer.Ordinal)) output.WriteLine($"    {name} = {value}");
    }

    /// <summary>One document: file, intact, otherFormat where that is so, bytes, faults, and unless the head is damaged format, createdBy, stream, nextPosition, generation, model,
    /// seed, learningOptions, schema, learner and sections.</summary>
    public void WriteJson(TextWriter output)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes, s_json))
        {
            json.WriteStartObject();
            json.WriteString("file", _found.Name);
            json.WriteBoolean("intact", _found.IsIntact);
            if (_found.OtherFormat is { } other) json.WriteString("otherFormat", other);
            json.WriteNumber("bytes", _found.Length);
            json.WriteStartArray("faults");
            foreach (CheckpointFault fault in _found.Faults)
            {
                json.WriteStartObject();
                json.WriteString("part", fault.Part);
                json.WriteNumber("from", fault.From);
                json.WriteNumber("length", fault.Length);
                json.WriteString("what", fault.What);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            if (_found.Header is not null) Write(json, _found.Header);
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
    }

    private void Write(Utf8JsonWriter json, CheckpointHeader header)
    {
        json.WriteNumber("format", CheckpointFile.Format);
        json.WriteString("createdBy", header.CreatedBy);
        json.WriteString("stream", header.Stream);
        json.WriteNumber("nextPosition", header.NextPosition);
        json.WriteNumber("generation", header.Generation);
        json.WriteString("model", header.Model);
        json.WriteNumber("seed", header.Seed);
        json.WriteStartObject("learningOptions");
        foreach ((string name, string value) in header.LearningOptions.OrderBy(o => o.Key, StringComparer.Ordinal)) json.WriteString(name, value);
        json.WriteEndObject();
        if (header.Schema is null) json.WriteNull("schema");
        else Write(json, header.Schema.Schema);
        if (_learner is null) json.WriteNull("learner");
        else
        {
            json.WriteStartObject("learner");
            json.WriteNumber("experts", _learner.ExpertCount);
            json.WriteNumber("learned", _learner.Learned);
            json.WriteNumber("bytes", _learner.ByteSize);
            json.WriteEndObject();
        }
        if (_learnerFault is not null) json.WriteString("learnerFault", _learnerFault);
        json.WriteStartArray("sections");
        foreach (CheckpointPart part in _found.Parts)
        {
            json.WriteStartObject();
            json.WriteString("name", part.Name);
            json.WriteNumber("from", part.From);
            json.WriteNumber("length", part.Length);
            json.WriteBoolean("intact", part.IsIntact);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Schema schema)
    {
        json.WriteStartObject("schema");
        json.WriteString("relation", schema.Relation);
        json.WriteNumber("attributes", schema.AttributeCount);
        json.WriteNumber("nominal", schema.Attributes.Count(a => a.IsNominal));
        json.WriteString("class", schema.Class.Name);
        json.WriteStartArray("classes");
        foreach (string name in schema.Class.Domain!.Values) json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteNumber("maxClasses", schema.Class.Domain.Cap);
        json.WriteEndObject();
    }
}
