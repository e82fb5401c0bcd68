namespace StreamMoe.Streams.Options;

/// <summary>Marks an option that says where or how something is computed, not what: a checkpoint neither stores nor compares it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OperationalAttribute : Attribute;
