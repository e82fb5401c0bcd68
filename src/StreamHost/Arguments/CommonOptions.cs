using System.CommandLine;
using System.Globalization;
using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Windows;

namespace StreamMoe.StreamHost.Arguments;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<string> Format()
    {
        Option<string> option = new("--format") { Description = "How the result is printed.", HelpName = "text|json", DefaultValueFactory = _ => "text" };
        option.AcceptOnlyFromAmong("text", "json");
        return option;
    }

    public static Option<string?> Report() => new("--report") { Description = "Write charts, tables, options and versions to this file: one HTML page that opens without a server.", HelpName = "file.html" };

    public static Option<long> Seed() => new("--seed") { Description = "Seed of the stream, and of the model unless --model-seed is given.", HelpName = "n", DefaultValueFactory = _ => 1 };

    public static Option<long?> ModelSeed() => OptionalNumber("--model-seed", "Seed of the model alone. The default is --seed.", long.MinValue, long.MaxValue);

    public static Option<int> Threads() => Number("--threads", "Threads to learn with; the result does not depend on it. The default is the number of cores.", Environment.ProcessorCount, 1, 256);

    public static Option<int> LabelDelay() => Number("--label-delay", "Learn the label of instance t when instance t+N has been predicted.", 0, 0, 10_000_000);

    /// <summary>A whole number with a range.</summary>
    public static Option<T> Number<T>(string name, string description, T fallback, T min, T max) where T : struct, IComparable<T>
    {
        Option<T> option = new(name) { Description = description, HelpName = "n", DefaultValueFactory = _ => fallback };
        Limit(option, min, max);
        return option;
    }

    /// <summary>A whole number with a range, and no value when it is not given.</summary>
    public static Option<long?> OptionalNumber(string name, string description, long min, long max)
    {
        Option<long?> option = new(name) { Description = description, HelpName = "n" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && long.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out long value) && (value < min || value > max))
                result.AddError($"{name} was {value}; must be in [{min}, {max}].");
        });
        return option;
    }

    private static void Limit<T>(Option<T> option, T min, T max) where T : struct, IComparable<T>
        => option.Validators.Add(result =>
        {
            if (result.Tokens.Count != 1) return;
            try
            {
                T value = (T)Convert.ChangeType(result.Tokens[0].Value, typeof(T), System.Globalization.CultureInfo.InvariantCulture);
                if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0) result.AddError($"{option.Name} was {value}; must be in [{min}, {max}].");
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                result.AddError($"{option.Name} was '{result.Tokens[0].Value}'; must be a whole number in [{min}, {max}].");
            }
        });
}
