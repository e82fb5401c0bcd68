using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamMoe.Experts.Drift;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.Streams.Files;
using StreamMoe.Streams.Files.Text;
using StreamMoe.Streams.Options;

namespace StreamMoe.StreamHost.Commands;

/// <summary><c>streammoe detect</c>: runs one drift detector over a sequence of values and prints where it signals.</summary>
internal static class DetectCommand
{
    public static Command Create(TextReader input, TextWriter output, Func<Stream>? standardInput = null)
    {
        Argument<string> file = new("file") { Description = "A text file, or - for standard input: 0 and 1, contiguous or separated by blanks, commas or line ends; 1 = error. Empty places count, and are passed over." };
        Option<string> detector = new("--detector") { Description = $"The detector: {string.Join(", ", DetectorCatalogue.Names)}; options may follow, as in adwin:deltaAdwin=0.01.", HelpName = "name", Required = true };
        Option<string[]> set = new("--set") { Description = "Set one option of the detector; may be repeated.", HelpName = "option=value" };
        Option<bool> reals = new("--reals") { Description = "The values are numbers, separated by blanks, commas or line ends." };
        Option<string?> column = new("--column") { Description = "The file is CSV (.tsv: tabs), and the values are those of this column, a name or an index.", HelpName = "name|index" };
        Option<bool> live = new("--live") { Description = "Print each drift as it comes, as one line {\"drift\":N}, and nothing else." };
        Option<string> format = CommonOptions.Format();
        Command command = new("detect", "Run a drift detector over a sequence of values and print where it signals.") { file, detector, set, reals, column, live, format };
        command.SetAction(parsed =>
        {
            OptionText given = OptionText.Parse(parsed.GetRequiredValue(detector), "detector");
            IDriftDetector made = DetectorCatalogue.Create(given.Name, [.. given.Settings, .. Settings.Split(parsed.GetValue(set))]);
            string path = parsed.GetRequiredValue(file);
            if (Directory.Exists(path)) throw new UsageException($"'{path}' is a folder; must be a text file, or - for standard input.");
            if (path != "-" && !File.Exists(path)) throw new UsageException($"the file '{path}' was not found.");
            bool numbers = parsed.GetValue(reals);

            Signals signals = new(parsed.GetValue(live) ? output : null);
            if (parsed.GetValue(column) is { } name)
            {
                TextSource source = new()
                {
                    Name = path,
                    Kind = TextKind.Csv,
                    Open = path == "-" ? standardInput ?? Console.OpenStandardInput : () => File.OpenRead(path),
                    Delimiter = path.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase) ? '\t' : ',',
                };
                signals.Watch(DetectorValues.InColumn(source, name, numbers), made, path);
            }
            else
            {
                using StreamReader? text = path == "-" ? null : new StreamReader(path);
                signals.Watch(DetectorValues.In(text ?? input, path, numbers), made, path);
            }
            if (parsed.GetValue(live)) return ExitCode.Done;
            if (parsed.GetValue(format) == "json") output.WriteLine(Json(given.Name, signals));
            else WriteText(output, given.Name, signals);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Where a detector signalled.</summary>
    /// <param name="live">Receives each drift as it comes; null: it is only kept.</param>
    private sealed class Signals(TextWriter? live)
    {
        public List<long> Drifts { get; } = [];

        public List<long> Warnings { get; } = [];

        /// <summary>Places seen, the empty ones included.</summary>
        public long Count { get; private set; }

        public long Empty { get; private set; }

        public void Watch(IEnumerable<double> values, IDriftDetector detector, string path)
        {
            foreach (double value in values)
            {
                long index = Count++;
                if (double.IsNaN(value))
                {
                    Empty++;
                    continue;
                }
                DriftSignal signal;
                try
                {
                    signal = detector.Update(value);
                }
                catch (ArgumentException e)
                {
                    throw new InputException($"{path}: value {index}: {e.Message}");
                }
                if (signal == DriftSignal.Drift) Drift(index);
                if (signal == DriftSignal.Warning && live is null) Warnings.Add(index);
            }
        }

        private void Drift(long index)
        {
            if (live is null)
            {
                Drifts.Add(index);
                return;
            }
            live.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{{\"drift\":{index}}}"));
            live.Flush();
        }
    }

    private static string Json(string detector, Signals signals)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteString("detector", detector);
            json.WriteNumber("values", signals.Count);
            json.WriteNumber("empty", signals.Empty);
            WriteArray("drifts", signals.Drifts);
            WriteArray("warnings", signals.Warnings);
            json.WriteEndObject();

            void WriteArray(string name, List<long> indices)
            {
                json.WriteStartArray(name);
                foreach (long index in indices) json.WriteNumberValue(index);
                json.WriteEndArray();
            }
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void WriteText(TextWriter output, string detector, Signals signals)
    {
        string empty = signals.Empty == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({signals.Empty:N0} of them empty)");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{detector}: {signals.Count:N0} values{empty}, {signals.Drifts.Count:N0} drifts, {signals.Warnings.Count:N0} warnings"));
        output.WriteLine($"drifts at   {(signals.Drifts.Count == 0 ? "–" : string.Join(' ', signals.Drifts))}");
        output.WriteLine($"warnings at {(signals.Warnings.Count == 0 ? "–" : Ranges(signals.Warnings))}");
    }

    private static string Ranges(List<long> indices)
    {
        StringBuilder text = new();
        for (int i = 0; i < indices.Count;)
        {
            int end = i;
            while (end + 1 < indices.Count && indices[end + 1] == indices[end] + 1) end++;
            text.Append(text.Length > 0 ? " " : "").Append(end == i ? $"{indices[i]}" : $"{indices[i]}–{indices[end]}");
            i = end + 1;
        }
        return text.ToString();
    }
}
