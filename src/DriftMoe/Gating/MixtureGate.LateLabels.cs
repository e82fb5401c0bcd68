using StreamMoe.DriftMoe.Pool;

namespace StreamMoe.DriftMoe.Gating;

internal sealed partial class MixtureGate
{
    private readonly int[] _keptClasses;

    /// <summary>Numbers kept of a row for its late label: class and confidence of each expert.</summary>
    public int KeptLength => 2 * _experts;

    /// <summary>Keeps what the experts said of a row.</summary>
    /// <param name="opinions">The pool's opinions.</param>
    /// <param name="row">The row.</param>
    /// <param name="kept">Receives <see cref="KeptLength"/> numbers; NaN twice for an expert without an opinion.</param>
    public void Keep(Opinions opinions, int row, Span<double> kept)
    {
        ReadOnlySpan<float> probabilities = opinions.Probabilities(row);
        ReadOnlySpan<int> classes = opinions.Classes(row);
        ReadOnlySpan<bool> heard = _heard.Span;
        for (int e = 0; e < _experts; e++)
            (kept[2 * e], kept[2 * e + 1]) = heard[e] ? (classes[e], probabilities[e * opinions.ClassCount + classes[e]]) : (double.NaN, double.NaN);
    }

    /// <summary>Lets the router learn who was right about a late label's event when it was asked, before <see cref="Combine"/> and <see cref="Learn"/>
    /// take the label in by what the experts say of it now.</summary>
    /// <remarks>By the time the label comes, the experts have learned the event's neighbours in time, so what they say now flatters those that
    /// follow the stream closely, as nearest neighbours do. What they said then is honest, but old: after a drift it tells of the concept
    /// before. The router learns both; learning the old opinions alone, or the stacker too, cost up to 1.7 points after abrupt drifts.</remarks>
    /// <param name="label">The event's class.</param>
    /// <param name="view">Its standardised view.</param>
    /// <param name="kept">What <see cref="Keep"/> wrote of it.</param>
    /// <param name="classes">Number of classes.</param>
    public void LearnKept(int label, ReadOnlySpan<double> view, ReadOnlySpan<double> kept, int classes)
    {
        ReadOnlySpan<bool> heard = _heard.Span;
        bool any = false;
        for (int e = 0; e < _experts; e++)
        {
            float confidence = _confidences[e] = heard[e] ? (float)kept[2 * e + 1] : float.NaN;
            bool spoke = !float.IsNaN(confidence);
            _keptClasses[e] = spoke ? (int)kept[2 * e] : 0;
            // What an expert did not give to its class is taken to be spread evenly over the others; with two classes that is exact.
            _votesForLabel[e] = !spoke ? -1 : _keptClasses[e] == label ? confidence : (1 - confidence) / (classes - 1);
            any |= spoke;
        }
        if (!any) return;
        RunRouter(view);
        TeachRouter(label, _keptClasses);
    }
}
