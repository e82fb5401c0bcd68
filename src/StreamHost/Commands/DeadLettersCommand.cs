using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Outputs;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Commands;

/// <summary><c>streammoe dead-letters</c>: lists the records that a worker could not use, and sends them back to where they came from.</summary>
/// <remarks>JSON of list: <c>{"topic", "deadLetters": [{"partition", "offset", "reason", "error", "source", "length", "truncated"}], "count", "reasons": {name: count}}</c>;
/// of redrive: <c>{"topic", "sent", "refused": [{"partition", "offset", "source", "why"}]}</c>. <c>length</c> is that of the value kept, null for a null value.</remarks>
internal sealed class DeadLettersCommand(TextWriter output, TextWriter error, IReadOnlyDictionary<string, string> variables)
{
    private static readonly JsonWriterOptions s_json = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(TextWriter output, TextWriter error, IReadOnlyDictionary<string, string> variables)
    {
        DeadLettersCommand commands = new(output, error, variables);
        return new Command("dead-letters", "List the records that a worker could not use, and send them back to where they came from.")
        {
            commands.Make("list", "List dead letters: where, reason, source, bytes, error.", "List so many at most.", commands.List),
            commands.Make("redrive", "Send the original records back to the partitions they came from. They stay in the dead-letter topic: redriving twice sends them twice.",
                "Send so many at most.", commands.Redrive),
        };
    }

    private delegate int Work(DeadLetterTopic topic, string name, IEnumerable<DeadLetter> letters, bool json, CancellationToken stop);

    private Command Make(string name, string description, string limitDescription, Work work)
    {
        ConfigurationSource source = new(variables);
        Option<string?> reason = new("--reason") { Description = "Those with this reason alone, for example not-json.", HelpName = "name" };
        reason.AcceptOnlyFromAmong([.. DeadLetterReasons.Names]);
        Option<long?> limit = CommonOptions.OptionalNumber("--limit", limitDescription, 1, int.MaxValue);
        Option<string> format = CommonOptions.Format();
        Command command = new(name, description) { reason, limit, format };
        source.AddTo(command);
        command.SetAction(parsed =>
        {
            WorkerConfiguration configuration = source.Read(parsed);
            KafkaSettings settings = new(configuration.Kafka, configuration.KafkaClient);
            if (settings.IsEmbedded) throw new UsageException("kafka:bootstrapServers is empty; dead letters are in Kafka, so give the worker's configuration.");
            using Interruption interruption = new();
            try
            {
                using DeadLetterTopic topic = new(settings);
                IEnumerable<DeadLetter> letters = topic.Read(parsed.GetValue(reason), interruption.Token).Take((int)(parsed.GetValue(limit) ?? int.MaxValue));
                string where = settings.Options.DeadLetterTopic;
                int exitCode = work(topic, where, letters, parsed.GetValue(format) == "json", interruption.Token);
                if (topic.IsMissing)
                    error.WriteLine($"streammoe: topic '{where}' was not found at {settings.Options.BootstrapServers}. All is well if the worker has had no dead letter yet; otherwise give its own configuration, or set kafka:deadLetterTopic to its topic.");
                return exitCode;
            }
            catch (OperationCanceledException)
            {
                return ExitCode.Interrupted;
            }
            catch (Exception e) when (e is KafkaUnreachableException or KafkaPositionException or OutputException or Confluent.Kafka.KafkaException)
            {
                throw new InputException(e.Message);
            }
        });
        return command;
    }

    private int List(DeadLetterTopic topic, string name, IEnumerable<DeadLetter> letters, bool json, CancellationToken stop)
    {
        Dictionary<string, int> reasons = [];
        using MemoryStream bytes = new();
        using Utf8JsonWriter writer = new(bytes, s_json);
        writer.WriteStartObject();
        writer.WriteString("topic", name);
        writer.WriteStartArray("deadLetters");
        foreach (DeadLetter letter in letters)
        {
            string reason = letter.Reason.Length == 0 ? "?" : letter.Reason;
            reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
            if (json) Write(writer, letter);
            else output.WriteLine($"{name}-{letter.Partition}@{letter.Offset}  {reason}  {letter.SourceText}  {Length(letter)}  {letter.Error}");
        }
        writer.WriteEndArray();
        writer.WriteNumber("count", reasons.Values.Sum());
        writer.WriteStartObject("reasons");
        foreach ((string reason, int count) in reasons.OrderBy(r => r.Key, StringComparer.Ordinal)) writer.WriteNumber(reason, count);
        writer.WriteEndObject();
        writer.WriteEndObject();
        if (json) Print(writer, bytes);
        else output.WriteLine($"{reasons.Values.Sum()} dead letters in {name}{(reasons.Count == 0 ? "" : ": " + string.Join(", ", reasons.OrderByDescending(r => r.Value).Select(r => $"{r.Key} {r.Value}")))}");
        return ExitCode.Done;
    }

    private int Redrive(DeadLetterTopic topic, string name, IEnumerable<DeadLetter> letters, bool json, CancellationToken stop)
    {
        List<(DeadLetter Letter, string Why)> refused = [];
        int sent = topic.Redrive(letters, (letter, why) =>
        {
            refused.Add((letter, why));
            error.WriteLine($"streammoe: {name}-{letter.Partition}@{letter.Offset} is not sent back: {why}.");
        }, stop);
        if (!json)
        {
            output.WriteLine($"{sent} records sent back to where they came from; {refused.Count} refused");
            return ExitCode.Done;
        }
        using MemoryStream bytes = new();
        using Utf8JsonWriter writer = new(bytes, s_json);
        writer.WriteStartObject();
        writer.WriteString("topic", name);
        writer.WriteNumber("sent", sent);
        writer.WriteStartArray("refused");
        foreach ((DeadLetter letter, string why) in refused)
        {
            writer.WriteStartObject();
            writer.WriteNumber("partition", letter.Partition);
            writer.WriteNumber("offset", letter.Offset);
            writer.WriteString("source", letter.SourceText);
            writer.WriteString("why", why);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
        Print(writer, bytes);
        return ExitCode.Done;
    }

    private static void Write(Utf8JsonWriter writer, DeadLetter letter)
    {
        writer.WriteStartObject();
        writer.WriteNumber("partition", letter.Partition);
        writer.WriteNumber("offset", letter.Offset);
        writer.WriteString("reason", letter.Reason);
        writer.WriteString("error", letter.Error);
        writer.WriteString("source", letter.SourceText);
        if (letter.Value is null) writer.WriteNull("length");
        else writer.WriteNumber("length", letter.Value.Length);
        writer.WriteBoolean("truncated", letter.Truncated is not null);
        writer.WriteEndObject();
    }

    private static string Length(DeadLetter letter)
        => letter.Value is null ? "null value" : $"{letter.Value.Length} bytes{(letter.Truncated is { } cut && char.IsAsciiDigit(cut[0]) ? " kept of " + cut.Split(' ')[0] : "")}";

    private void Print(Utf8JsonWriter writer, MemoryStream bytes)
    {
        writer.Flush();
        output.WriteLine(System.Text.Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
    }
}
