namespace StreamMoe.DriftMoe.Routing;

/// <summary>Turns the features of an instance into inputs of a neural net, unscaled as in the paper.</summary>
internal static class RouterInputs
{
    /// <summary>Largest magnitude that is passed on: 1e9. Larger values are cut to it, so that neither logits nor Adam's moments overflow.</summary>
    public const float Limit = 1e9f;

    /// <summary>Converts one row.</summary>
    /// <param name="features">The instance; nominal values are their index, missing values (NaN) become 0.</param>
    /// <param name="inputs">Receives as many floats.</param>
    public static void Convert(ReadOnlySpan<double> features, Span<float> inputs)
    {
        for (int i = 0; i < features.Length; i++)
        {
            double value = features[i];
            inputs[i] = double.IsNaN(value) ? 0f : (float)Math.Clamp(value, -Limit, Limit);
        }
    }
}
