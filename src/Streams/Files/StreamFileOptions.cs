using StreamMoe.Streams.Files.Text;

namespace StreamMoe.Streams.Files;

/// <summary>How a stream file is read.</summary>
public sealed record StreamFileOptions
{
    /// <value>Name of the class column, exactly as in the file, or its index from 0, a negative one from the end. The default, null, is the class of the schema file when there is one, else the last column.</value>
    public string? Label { get; init; }

    /// <value>Names of columns to leave out, exactly as in the file, or indices as for the class; the class cannot be among them. The default is none.</value>
    public IReadOnlyList<string> Drop { get; init; } = [];

    /// <value>What happens to a row that cannot be read. The default is <see cref="BadRowAction.Stop"/>.</value>
    public BadRowAction OnBadRow { get; init; } = BadRowAction.Stop;

    /// <value>A schema file (see <see cref="SchemaFile"/>) that sets the types of a CSV file; refused for ARFF, which declares its own. The default, null, infers them.</value>
    public string? SchemaPath { get; init; }

    /// <value>What separates the cells of a CSV file: a printable ASCII character or a tab, no letter, digit, quote or point. The default, null, is the source's: a tab for .tsv, else a comma.</value>
    public char? Delimiter { get; init; }

    /// <value>False when the first line of a CSV file is data: its columns are then called <c>column0</c>, <c>column1</c> and so on. The default is true.</value>
    public bool HasHeader { get; init; } = true;

    /// <value>Cells that mean a missing value, in every column, exactly as in the file; in numeric columns the usual spellings do besides (docs/files.md). The default is none.</value>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <value>Rows of a CSV file from which types are inferred, in [1, 1,000,000]. The default is 1,000.</value>
    public int InferenceRows { get; init; } = 1000;

    /// <value>Largest number of values of a nominal column (and of classes) of a CSV file, in [1, 65,536].
    /// The default is <see cref="NominalDomain.DefaultCap"/>. ARFF declares its values, so the cap does not bind there.</value>
    public int NominalCap { get; init; } = NominalDomain.DefaultCap;

    /// <value>Largest length of a line, or of a CSV row that goes over several lines, in bytes, in [64, 1 GiB]. The default is 16 MiB.</value>
    public int MaxRowBytes { get; init; } = 16 << 20;

    /// <value>False when <see cref="Delimiter"/> is a character that could be part of a cell.</value>
    public bool IsDelimiterAllowed => Delimiter is not { } d
        || !(d is '"' or '.' or '+' or '-' || char.IsAsciiLetterOrDigit(d) || d > '~' || (d < ' ' && d != '\t'));

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">One or more options are out of range; the text names them all.</exception>
    public void Check()
    {
        List<string> faults = [];
        Range(nameof(InferenceRows), InferenceRows, 1, 1_000_000);
        Range(nameof(NominalCap), NominalCap, 1, NominalDomain.LargestCap);
        Range(nameof(MaxRowBytes), MaxRowBytes, 64, 1 << 30);
        if (!Enum.IsDefined(OnBadRow)) faults.Add($"OnBadRow is {(int)OnBadRow}; must be Stop or Skip");
        if (Drop is null) faults.Add("Drop is null; must be a list of column names");
        if (Missing is null) faults.Add("Missing is null; must be a list of texts");
        if (!IsDelimiterAllowed)
            faults.Add($"Delimiter is {Snippet.Of(Delimiter.ToString()!)}; must be a tab or a printable ASCII character that is no letter, digit, quote, point or sign");
        if (faults.Count > 0) throw new ArgumentException($"Stream file options: {string.Join("; ", faults)}.");

        void Range(string name, int value, int min, int max)
        {
            if (value < min || value > max) faults.Add($"{name} is {value}; must be in [{min}, {max}]");
        }
    }
}
