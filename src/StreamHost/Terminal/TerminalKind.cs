namespace StreamMoe.StreamHost.Terminal;

/// <summary>What a writer leads to.</summary>
internal enum TerminalKind
{
    /// <summary>A file, a pipe or memory: plain text, nothing is written over.</summary>
    None,

    /// <summary>A terminal that is to get no escape codes: one line may be written over by a carriage return.</summary>
    Plain,

    /// <summary>A terminal with colours and a cursor that moves.</summary>
    Rich,
}
