namespace StreamMoe.Streams.Options;

/// <summary>On an option that came with a later release: the value that does what builds did before they had it.</summary>
/// <remarks>A state that was written without the option goes on with this value, whatever the default is by now. Without the attribute that is the default.</remarks>
/// <param name="value">The value, as it may be written on the command line.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class BeforeAttribute(string value) : Attribute
{
    /// <value>The value, as it may be written on the command line.</value>
    public string Value { get; } = value;
}
