using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Streams.Composition;

namespace StreamMoe.StreamHost.Commands;

/// <summary><c>streammoe streams</c>: lists the named streams and the generators.</summary>
internal static class StreamsCommand
{
    public static Command Create(TextWriter output)
    {
        Option<string> format = CommonOptions.Format();
        Command command = new("streams", "List the built-in streams with attributes, classes and drift positions, and the generators with their options.") { format };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(format) == "json") WriteJson(output);
            else WriteText(output);
            return ExitCode.Done;
        });
        return command;
    }

    private static void WriteText(TextWriter output)
    {
        output.WriteLine($"{"stream",-20}{"attributes",11}{"classes",9}   drifts at (width)");
        foreach (NamedStream stream in StreamCatalogue.NamedStreams)
        {
            string drifts = stream.Drifts.Count == 0 ? "–" : string.Join("  ", stream.Drifts.Select(d => string.Create(CultureInfo.InvariantCulture, $"{d.Position:N0} ({d.Width:N0})")));
            output.WriteLine($"{stream.Name,-20}{stream.AttributeCount,11}{stream.ClassCount,9}   {drifts}");
        }
        output.WriteLine();
        output.WriteLine("generators, used as name:option=value,option=value");
        foreach (GeneratorInfo generator in StreamCatalogue.Generators)
        {
            output.WriteLine($"  {generator.Name,-16}{generator.Description}");
            foreach (var option in generator.Options)
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"      {option.Name,-28}{option.DefaultText,-8} {option.Allowed}"));
        }
        output.WriteLine();
        output.WriteLine("composition: \"A @position/width B @position/width C\"; recurrent: \"A @position/width/widthRecurrence/stabPeriod/numRep B\"");
    }

    private static void WriteJson(TextWriter output)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("streams");
            foreach (NamedStream stream in StreamCatalogue.NamedStreams)
            {
                json.WriteStartObject();
                json.WriteString("name", stream.Name);
                json.WriteString("description", stream.Description);
                json.WriteString("definition", stream.Text);
                json.WriteNumber("attributes", stream.AttributeCount);
                json.WriteNumber("classes", stream.ClassCount);
                json.WriteStartArray("drifts");
                foreach (DriftPoint drift in stream.Drifts)
                {
                    json.WriteStartObject();
                    json.WriteNumber("position", drift.Position);
                    json.WriteNumber("width", drift.Width);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("generators");
            foreach (GeneratorInfo generator in StreamCatalogue.Generators)
            {
                json.WriteStartObject();
                json.WriteString("name", generator.Name);
                json.WriteString("description", generator.Description);
                json.WriteStartArray("options");
                foreach (var option in generator.Options)
                {
                    json.WriteStartObject();
                    json.WriteString("name", option.Name);
                    json.WriteString("default", option.DefaultText);
                    json.WriteString("allowed", option.Allowed);
                    json.WriteString("description", option.Description);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.WriteLine(System.Text.Encoding.UTF8.GetString(bytes.ToArray()));
    }

}
