namespace StreamMoe.Streams.Files.Text;

/// <summary>How the cells of a text are told apart and read.</summary>
/// <param name="Growing">CSV: an empty cell is missing, and a new nominal value is added. ARFF: both are errors.</param>
/// <param name="Delimiter">What separates cells.</param>
/// <param name="Missing">Which cells mean that the value is missing.</param>
internal sealed record CellRules(bool Growing, byte Delimiter, MissingText Missing);
