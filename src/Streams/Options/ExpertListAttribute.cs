namespace StreamMoe.Streams.Options;

/// <summary>On an option whose text describes experts, separated by blanks, with options of their own.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ExpertListAttribute : Attribute;
