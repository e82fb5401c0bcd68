namespace StreamMoe.Studies;

/// <summary>Writes the parts of a page that are not plain text.</summary>
internal static class Markdown
{
    /// <summary>Writes a table's head.</summary>
    public static void Head(this TextWriter page, params IReadOnlyList<string> titles)
    {
        page.Row(titles);
        page.WriteLine($"|{string.Concat(Enumerable.Repeat("---|", titles.Count))}");
    }

    /// <summary>Writes a row of a table.</summary>
    public static void Row(this TextWriter page, params IReadOnlyList<string> cells)
        => page.WriteLine($"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|")))} |");
}
