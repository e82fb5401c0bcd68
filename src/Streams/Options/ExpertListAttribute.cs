namespace StreamMoe.Streams.Options;

/// <summary>On an option whose text describes experts, separated by blanks, with options of their own.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ExpertListAttribute : Attribute;
