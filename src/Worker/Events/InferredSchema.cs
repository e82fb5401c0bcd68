using StreamMoe.Streams;
using StreamMoe.Worker.Configuration;

namespace StreamMoe.Worker.Events;

/// <summary>A schema told from records, and what was noticed on the way.</summary>
/// <param name="Schema">The schema, with the values and classes of the records that fit.</param>
/// <param name="Shape">Where features stand; never auto.</param>
/// <param name="Fitting">Number of records with features that fit; 0 = the schema is of no use.</param>
/// <param name="Ignored">Names that were never seen as a number, a text or a boolean, or are not to be used.</param>
/// <param name="NumericTexts">Nominal attributes whose texts are all numbers: a producer that quotes them, perhaps.</param>
/// <param name="Identifiers">Nominal attributes that look like identifiers, and why: <c>uuid</c>, <c>hash</c>, <c>time</c> or <c>distinct</c>.</param>
/// <param name="TimeUnit">How times are written: <c>iso</c>, <c>seconds</c>, <c>milliseconds</c>, <c>microseconds</c>, <c>nanoseconds</c>; null when there are none.</param>
internal sealed record InferredSchema(Schema Schema, EventShape Shape, int Fitting, IReadOnlyList<string> Ignored, IReadOnlyList<string> NumericTexts,
    IReadOnlyList<KeyValuePair<string, string>> Identifiers, string? TimeUnit);
