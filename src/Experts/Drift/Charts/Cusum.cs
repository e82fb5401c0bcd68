using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift.Charts;

/// <summary>CUSUM: a sum, never below 0, of how far the inputs lie above their mean.</summary>
/// <remarks>
/// G := max(0, G + x − μ − δ) with μ the mean of the inputs.
/// Drift when G > λ, after the minimum number of inputs; only rises are seen. No warnings.
/// Restarts at the input after a drift.
/// <para>O(1) an input, 33 bytes. Takes any finite number.</para>
/// Source: Page 1954, Continuous inspection schemes; MOA's variant.
/// </remarks>
internal sealed class Cusum : ExcessDetector
{
    private readonly CusumOptions _options;

    /// <summary>Makes a detector.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    public Cusum(CusumOptions? options = null)
        : base("cusum", (options ??= new CusumOptions()).Checked().Lambda, options.MinNumInstances) => _options = options;

    private protected override double Next(double statistic, double value, double mean) => Math.Max(0, statistic + value - mean - _options.Delta);
}
