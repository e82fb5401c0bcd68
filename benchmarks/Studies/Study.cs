namespace StreamMoe.Studies;

/// <summary>A measurement that prints a whole page of the documentation.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Summary">What it measures, one sentence.</param>
/// <param name="Page">The page's place in the repository.</param>
/// <param name="Write">Measures, then writes the page.</param>
internal sealed record Study(string Name, string Summary, string Page, Action<TextWriter> Write)
{
    /// <value>The command that makes the page, as it is to be typed in the repository's root.</value>
    public string Command => $"dotnet run -c Release --project benchmarks/Studies -- {Name} > {Page}";
}
