namespace StreamMoe.Streams.Options;

/// <summary>Options that are unknown, malformed or out of range; the message names every one of them.</summary>
public sealed class OptionException : ArgumentException
{
    /// <summary>Makes the exception from one line a fault.</summary>
    public OptionException(IReadOnlyList<string> faults) : base(string.Join(Environment.NewLine, faults)) => Faults = faults;

    /// <value>One line a fault: the option, what was found, what is allowed.</value>
    public IReadOnlyList<string> Faults { get; }
}
