using StreamMoe.Streams;

namespace StreamMoe.StreamHost.Compare;

/// <summary>One of the streams of a comparison.</summary>
/// <param name="Name">The stream as it was written on the command line.</param>
/// <param name="Instances">Largest number of instances, ≥ 1; the end of the stream may come first.</param>
/// <param name="Open">Opens the stream at its beginning, for a seed; the caller disposes of it.</param>
internal sealed record ComparedStream(string Name, long Instances, Func<long, InstanceStream> Open);
