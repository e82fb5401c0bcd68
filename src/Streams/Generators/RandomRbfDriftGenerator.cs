using System.Numerics;
using StreamMoe.Streams.Randomness;

namespace StreamMoe.Streams.Generators;

/// <summary><see cref="RandomRbfGenerator"/> whose centroids move at constant speed and are thrown back by the walls of the unit cube.</summary>
/// <remarks>
/// The stream drifts all the time. Centroids move before each instance, the first one included, at a cost of O(moving centroids × attributes).
/// <b>A restart seeds the draws again but leaves the centroids where they are</b>, and their directions, as MOA does: a restarted stream equals
/// a fresh one only if nothing was drawn before. Source: MOA's RandomRBFGeneratorDrift (Bifet, Holmes, Kirkby, Pfahringer 2010).
/// </remarks>
public sealed class RandomRbfDriftGenerator : RandomRbfGenerator
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
        double[] centers = Centers;
        double[] steps = _steps;
        int i = 0;
        for (; i <= steps.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<double> step = new(steps, i);
            Vector<double> center = new Vector<double>(centers, i) + step;
            Vector<long> above = Vector.GreaterThan(center, Vector<double>.One);
            center = Vector.ConditionalSelect(above, Vector<double>.One, center);
            step = Vector.ConditionalSelect(above, -step, step);
            Vector<long> below = Vector.LessThan(center, Vector<double>.Zero);
            Vector.ConditionalSelect(below, Vector<double>.Zero, center).CopyTo(centers, i);
            Vector.ConditionalSelect(below, -step, step).CopyTo(steps, i);
        }
        for (; i < steps.Length; i++)
        {
            double center = centers[i] + steps[i];
            if (center is > 1 or < 0)
            {
                center = center > 1 ? 1 : 0;
                steps[i] = -steps[i];
            }
            centers[i] = center;
        }
    }
}
