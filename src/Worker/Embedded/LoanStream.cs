using StreamMoe.Streams;
using StreamMoe.Streams.Generators;

namespace StreamMoe.Worker.Embedded;

/// <summary>The built-in stream: loan applications (Agrawal's generator) whose rule of granting changes abruptly, over and over.</summary>
internal sealed class LoanStream : InstanceStream
{
    private static readonly int[] s_functions = [1, 5, 3, 8, 6];

    private readonly InstanceStream[] _concepts;
    private readonly int _every;
    private long _position;

    /// <param name="every">Instances of a concept, > 0.</param>
    /// <param name="seed">Seeds the concepts.</param>
    public LoanStream(int every, int seed)
    {
        _every = every;
        _concepts = [.. s_functions.Select(f => new AgrawalGenerator(new AgrawalOptions { Function = f, InstanceRandomSeed = seed + f }))];
    }

    /// <inheritdoc/>
    public override Schema Schema => _concepts[0].Schema;

    /// <inheritdoc/>
    public override bool Next(Span<double> features, out int label)
        => _concepts[_position++ / _every % _concepts.Length].Next(features, out label);

    /// <inheritdoc/>
    public override void Restart()
    {
        foreach (InstanceStream concept in _concepts) concept.Restart();
        _position = 0;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (InstanceStream concept in _concepts) concept.Dispose();
        base.Dispose();
    }
}
