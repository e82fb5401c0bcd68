using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamMoe.Experts.Drift;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.Streams.Options;

namespace StreamMoe.StreamHost.Commands;

/// <summary><c>streammoe detect</c>: runs one drift detector over a sequence of values and prints where it signals.</summary>
internal static class DetectCommand
{
    public static Command Create(TextReader input, TextWriter output)
    {
        Argument<string> file = new("file") { Description = "A text file, or - for standard input: 0 and 1, contiguous or separated by blanks, commas or line ends; 1 = error." };
        Option<string> detector = new("--detector") { Description = $"The detector: {string.Join(", ", DetectorCatalogue.Names)}; options may follow, as in adwin:deltaAdwin=0.01.", HelpName = "name", Required = true };
        Option<string[]> set = new("--set") { Description = "Set one option of the detector; may be repeated.", HelpName = "option=value" };
        Option<bool> reals = new("--reals") { Description = "The values are numbers, separated by blanks, commas or line ends." };
        Option<string> format = CommonOptions.Format();
        Command command = new("detect", "Run a drift detector over a sequence of values and print where it signals.") { file, detector, set, reals, format };
        command.SetAction(parsed =>
        {
            OptionText given = OptionText.Parse(parsed.GetRequiredValue(detector), "detector");
            IDriftDetector made = DetectorCatalogue.Create(given.Name, [.. given.Settings, .. Settings.Split(parsed.GetValue(set))]);
            string path = parsed.GetRequiredValue(file);
            if (Directory.Exists(path)) throw new UsageException($"'{path}' is a folder; must be a text file, or - for standard input.");
            if (path != "-" && !File.Exists(path)) throw new UsageException($"the file '{path}' was not found.");
            string text = path == "-" ? input.ReadToEnd() : File.ReadAllText(path);

            List<long> drifts = [], warnings = [];
            long index = 0;
            foreach (double value in parsed.GetValue(reals) ? Numbers(text, path) : Bits(text, path))
            {
                DriftSignal signal;
                try
                {
                    signal = made.Update(value);
                }
                catch (ArgumentException e)
                {
                    throw new InputException($"{path}: value {index}: {e.Message}");
                }
                if (signal == DriftSignal.Drift) drifts.Add(index);
                if (signal == DriftSignal.Warning) warnings.Add(index);
                index++;
            }

            string name = given.Name;
            if (parsed.GetValue(format) == "json") output.WriteLine(Json(name, drifts, warnings));
            else WriteText(output, name, index, drifts, warnings);
            return ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<double> Bits(string text, string path)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c is '0' or '1') yield return c - '0';
            else if (!IsSeparator(c)) throw new InputException($"{path}: found '{c}' at character {i}; must be 0 or 1 (use --reals for numbers).");
        }
    }

    private static IEnumerable<double> Numbers(string text, string path)
    {
        int index = 0;
        foreach (string word in text.Split([' ', '\t', '\r', '\n', ',', ';', '\uFEFF'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (!double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
                throw new InputException($"{path}: value {index} was '{word}'; must be a finite number.");
            index++;
            yield return value;
        }
    }

    private static bool IsSeparator(char c) => char.IsWhiteSpace(c) || c is ',' or ';' or '\uFEFF';

    private static string Json(string detector, List<long> drifts, List<long> warnings)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteString("detector", detector);
            WriteArray("drifts", drifts);
            WriteArray("warnings", warnings);
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

    private static void WriteText(TextWriter output, string detector, long count, List<long> drifts, List<long> warnings)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{detector}: {count:N0} values, {drifts.Count:N0} drifts, {warnings.Count:N0} warnings"));
        output.WriteLine($"drifts at   {(drifts.Count == 0 ? "–" : string.Join(' ', drifts))}");
        output.WriteLine($"warnings at {(warnings.Count == 0 ? "–" : Ranges(warnings))}");
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
