using System.Globalization;
using StreamMoe.Streams.Files.Text;

namespace StreamMoe.Streams.Files;

/// <summary>Which column of a file is the class and which are left out.</summary>
/// <param name="Class">Index of the class column.</param>
/// <param name="Dropped">For every column, whether it is left out.</param>
internal sealed record ColumnSelection(int Class, bool[] Dropped)
{
    /// <summary>Finds the columns that the options name.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="names">All column names in file order, distinct.</param>
    /// <param name="label">The class column's name or index; null = the last.</param>
    /// <param name="drop">Columns to leave out.</param>
    /// <exception cref="StreamFileException">A name is unknown, the class is left out, or no attribute is left.</exception>
    public static ColumnSelection Make(string path, IReadOnlyList<string> names, string? label, IReadOnlyList<string> drop)
    {
        Dictionary<string, int> indices = new(StringComparer.Ordinal);
        for (int i = 0; i < names.Count; i++) indices.Add(names[i], i);
        int classIndex = label is null ? names.Count - 1 : Find("label", label);
        bool[] dropped = new bool[names.Count];
        foreach (string name in drop) dropped[Find("drop", name)] = true;
        if (dropped[classIndex])
            throw new StreamFileException($"{path}: column {Snippet.Of(names[classIndex])} is the class and cannot be dropped; choose another class by --label. The columns are {Snippet.List(names, 20)}.");
        if (dropped.Count(d => !d) < 2)
            throw new StreamFileException($"{path}: no attribute is left beside the class {Snippet.Of(names[classIndex])}; drop fewer columns. The columns are {Snippet.List(names, 20)}.");
        return new ColumnSelection(classIndex, dropped);

        int Find(string option, string name)
        {
            if (indices.TryGetValue(name, out int index)) return index;
            if (int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out index) && index >= -names.Count && index < names.Count)
                return index < 0 ? index + names.Count : index;
            throw new StreamFileException($"{path}: {option} names {Snippet.Of(name)}, which is not a column. The columns are {Snippet.List(names, 20)}; an index in [{-names.Count}, {names.Count}) names one too.");
        }
    }
}
