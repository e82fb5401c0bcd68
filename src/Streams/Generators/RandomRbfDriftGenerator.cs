using System.Numerics;
using System.Runtime.InteropServices;
using StreamMoe.Streams.Randomness;

namespace StreamMoe.Streams.Generators;

/// <summary><see cref="RandomRbfGenerator"/> whose centroids move at constant speed and are thrown back by the walls of the unit cube.</summary>
/// <remarks>
/// The stream drifts all the time. Centroids move before each instance, the first one included, at a cost of O(moving centroids × attributes).
/// <b>A restart seeds the draws again but leaves the centroids where they are</b>, and their directions, as MOA does: a restarted stream equals
/// a fresh one only if nothing was drawn before. Source: MOA's RandomRBFGeneratorDrift (Bifet, Holmes, Kirkby, Pfahringer 2010).
/// </remarks>
internal sealed class RandomRbfDriftGenerator : RandomRbfGenerator
{
    private readonly double[] _steps;

    /// <summary>Makes the stream.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the text names all such options.</exception>
    public RandomRbfDriftGenerator(RandomRbfDriftOptions options) : base(options, "rbf-drift")
    {
        int moving = Math.Min(options.NumDriftCentroids, options.NumCentroids);
        int attributes = options.NumAtts;
        _steps = new double[(long)moving * attributes];
        JavaRandom model = new(options.ModelRandomSeed);
        for (int j = 0; j < moving; j++)
        {
            Span<double> step = _steps.AsSpan(j * attributes, attributes);
            double squares = 0;
            foreach (ref double coordinate in step)
            {
                coordinate = model.NextDouble();
                squares += coordinate * coordinate;
            }
            double length = Math.Sqrt(squares);
            foreach (ref double coordinate in step) coordinate = coordinate / length * options.SpeedChange;
        }
    }

    /// <inheritdoc/>
    protected override int Draw(Span<double> features)
    {
        MoveCentroids();
        return base.Draw(features);
    }

    // Each coordinate is on its own, so the width of the vectors cannot change a result.
    private void MoveCentroids()
    {
        Span<double> coordinates = Centers.AsSpan(0, _steps.Length);
        Span<Vector<double>> centers = MemoryMarshal.Cast<double, Vector<double>>(coordinates);
        ReadOnlySpan<Vector<double>> steps = MemoryMarshal.Cast<double, Vector<double>>(_steps);
        for (int i = 0; i < centers.Length; i++)
        {
            Vector<double> moved = centers[i] + steps[i];
            centers[i] = moved;
            if (Vector.GreaterThanAny(moved, Vector<double>.One) || Vector.LessThanAny(moved, Vector<double>.Zero))
                ThrowBack(i * Vector<double>.Count, (i + 1) * Vector<double>.Count);
        }
        int rest = centers.Length * Vector<double>.Count;
        for (int i = rest; i < _steps.Length; i++) coordinates[i] += _steps[i];
        ThrowBack(rest, _steps.Length);
    }

    /// <summary>Puts coordinates that have left the cube onto its wall, and turns their steps round.</summary>
    private void ThrowBack(int begin, int end)
    {
        for (int i = begin; i < end; i++)
        {
            double moved = Centers[i];
            if (moved is not (> 1 or < 0)) continue;
            Centers[i] = moved > 1 ? 1 : 0;
            _steps[i] = -_steps[i];
        }
    }
}
