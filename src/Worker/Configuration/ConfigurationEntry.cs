namespace StreamMoe.Worker.Configuration;

/// <summary>One key with everything that can be told of it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Description">What it does, one line.</param>
/// <param name="Default">Its default, as it may be written.</param>
/// <param name="Allowed">What may be given, in words.</param>
/// <param name="Value">The effective value; stars for a secret that is set.</param>
/// <param name="Origin">Who set it: a file, a variable, --set; <c>default</c> when nobody did.</param>
internal sealed record ConfigurationEntry(string Key, string Description, string Default, string Allowed, string Value, string Origin)
{
    /// <summary>Origin of what nobody set.</summary>
    public const string ByDefault = "default";

    /// <summary>True when the value is never shown.</summary>
    public bool IsSecret => ConfigurationSecrets.IsSecret(Key);
}
