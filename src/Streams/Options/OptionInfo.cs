namespace StreamMoe.Streams.Options;

/// <summary>One option as people see it.</summary>
/// <param name="Name">Name in camelCase; the options of a nested record follow a dot, as in <c>tree.gracePeriod</c>.</param>
/// <param name="Value">The value as text, as it may be written on the command line.</param>
/// <param name="Allowed">The allowed values as text: an interval, a list of words, or the kind of value.</param>
public sealed record OptionInfo(string Name, string Value, string Allowed);
