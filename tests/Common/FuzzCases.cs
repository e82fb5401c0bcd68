namespace StreamMoe.Tests.Common;

/// <summary>How many cases each parser gets in the slow tests, all together <see cref="Total"/>; the quick tests run <see cref="Quick"/> of each.</summary>
internal static class FuzzCases
{
    public const int Arff = 40_000, Csv = 40_000, SchemaFiles = 60_000, StructuredFiles = 5_000;
    public const int Events = 635_000, InferredSchemas = 30_000, StructuredEvents = 20_000;
    public const int ConfigurationFiles = 20_000, Settings = 30_000;
    public const int CheckpointHeads = 60_000, CheckpointStates = 15_000, Manifests = 20_000;
    public const int CompareResults = 20_000;
    public const int Http = 5_000;

    /// <summary>All cases of the slow tests.</summary>
    public const int Total = Arff + Csv + SchemaFiles + StructuredFiles + Events + InferredSchemas + StructuredEvents
        + ConfigurationFiles + Settings + CheckpointHeads + CheckpointStates + Manifests + CompareResults + Http;

    /// <summary>Cases of each parser in the quick tests.</summary>
    public const int Quick = 1000;
}
