using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift.Charts;

/// <summary>A geometric moving average of how far the inputs lie above their mean.</summary>
/// <remarks>
/// G := α·G + (1 − α)·(x − μ) with μ the mean of the inputs.
/// Drift when G > λ, after the minimum number of inputs; only rises are seen. No warnings.
/// Restarts at the input after a drift.
/// <para>O(1) an input, 33 bytes. Takes any finite number.</para>
/// Source: Roberts 1959, Control chart tests based on geometric moving averages; MOA's variant.
/// </remarks>
internal sealed class GeometricMovingAverage : ExcessDetector
{
    private readonly GeometricMovingAverageOptions _options;

    /// <summary>Makes a detector.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    public GeometricMovingAverage(GeometricMovingAverageOptions? options = null)
        : base("geometric-ma", (options ??= new GeometricMovingAverageOptions()).Checked().Lambda, options.MinNumInstances) => _options = options;

    private protected override double Next(double statistic, double value, double mean) => _options.Alpha * statistic + (1 - _options.Alpha) * (value - mean);
}
