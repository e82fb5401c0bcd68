namespace StreamMoe.Streams.Files.Text;

/// <summary>The two kinds of text that are read as streams.</summary>
internal enum TextKind
{
    /// <summary>Separated values, with or without a line of names.</summary>
    Csv,

    /// <summary>Weka's and MOA's format, which declares its attributes.</summary>
    Arff,
}
