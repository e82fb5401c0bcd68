using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift.Charts;

/// <summary>The Page-Hinkley test: a fading sum of how far the inputs lie above their mean.</summary>
/// <remarks>
/// G := α·G + ((x − μ) − δ) with μ the mean of the inputs. G itself is compared with λ: there is no running minimum.
/// Drift when G > λ, after the minimum number of inputs; only rises are seen, unless <see cref="PageHinkleyOptions.BothSides"/>
/// asks for a second statistic, of how far the inputs lie below their mean. No warnings.
/// Restarts at the input after a drift.
/// <para>O(1) an input, 33 bytes, 41 with both sides. Takes any finite number.</para>
/// Source: Page 1954, Continuous inspection schemes; MOA's variant.
/// </remarks>
internal sealed class PageHinkley : ExcessDetector
{
    private readonly PageHinkleyOptions _options;

    /// <summary>Makes a detector.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    public PageHinkley(PageHinkleyOptions? options = null)
        : base("page-hinkley", (options ??= new PageHinkleyOptions()).Checked().Lambda, options.MinNumInstances, options.BothSides) => _options = options;

    private protected override double Next(double statistic, double value, double mean) => _options.Alpha * statistic + (value - mean - _options.Delta);
}
