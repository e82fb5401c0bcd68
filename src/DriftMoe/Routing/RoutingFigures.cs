namespace StreamMoe.DriftMoe.Routing;

/// <summary>Running means for people to look at: how the routing mass is spread over the experts, and the router's loss.</summary>
/// <remarks>
/// Nothing is decided by them and they are in no checkpoint: after a restore they begin anew. Each is the plain mean of what came so far, and
/// from <see cref="Horizon"/> values on the older ones fade. O(experts) an instance, no allocation; one thread at a time, but shares and loss may
/// be written by two.
/// </remarks>
internal sealed class RoutingFigures(int experts)
{
    /// <summary>Values after which the share of a new one stops falling: 1,000.</summary>
    public const int Horizon = 1000;

    private const double LeastProbability = 1e-6;

    private float[] _shares = new float[experts];
    private int _routed, _losses;
    private double _loss;

    /// <summary>Mean loss in nats; NaN before the first.</summary>
    public double Loss => _losses == 0 ? double.NaN : _loss;

    /// <summary>Part of the recent mass that some experts got, in [0, 1].</summary>
    public double ShareOf(int first, int count = 1)
    {
        double share = 0;
        for (int e = first; e < first + count; e++) share += _shares[e];
        return Math.Clamp(share, 0, 1);
    }

    /// <summary>Makes room for experts that are added behind the others.</summary>
    public void GrowTo(int count) => Array.Resize(ref _shares, Math.Max(count, _shares.Length));

    /// <summary>Takes in how the mass of one instance was spread.</summary>
    /// <param name="gates">A weight an expert, sum 1.</param>
    public void Route(ReadOnlySpan<float> gates)
    {
        float rate = 1f / (_routed = Math.Min(_routed + 1, Horizon));
        Span<float> shares = _shares.AsSpan(0, gates.Length);
        for (int e = 0; e < shares.Length; e++) shares[e] += rate * (gates[e] - shares[e]);
    }

    /// <summary>Takes in an instance whose mass went to the chosen experts in equal parts.</summary>
    /// <param name="chosen">1 for the chosen ones, else 0.</param>
    /// <param name="count">How many they are, ≥ 1.</param>
    public void RouteEvenly(ReadOnlySpan<byte> chosen, int count)
    {
        float rate = 1f / (_routed = Math.Min(_routed + 1, Horizon)), each = 1f / count;
        Span<float> shares = _shares.AsSpan(0, chosen.Length);
        for (int e = 0; e < shares.Length; e++) shares[e] += rate * (each * chosen[e] - shares[e]);
    }

    /// <summary>Takes in the mean loss of some instances.</summary>
    public void AddLoss(double nats, int instances = 1)
    {
        _losses = Math.Min(_losses + instances, Horizon);
        _loss += Math.Min(1, instances / (double)_losses) * (nats - _loss);
    }

    /// <summary>Takes in the probability that was given to the true class.</summary>
    public void AddProbability(float probability) => AddLoss(-Math.Log(Math.Max(probability, LeastProbability)));

    /// <summary>Begins anew.</summary>
    public void Reset()
    {
        Array.Clear(_shares);
        (_routed, _losses, _loss) = (0, 0, 0);
    }
}
