namespace StreamMoe.Experts.Neural;

/// <summary>How the weights of a fresh MLP are drawn; biases start at 0 in every case.</summary>
internal enum MlpInitialisation
{
    /// <summary>Uniform on ±√(6 / (fan-in + fan-out)) (Glorot and Bengio 2010). The default.</summary>
    XavierUniform,

    /// <summary>Normal with variance 2 / fan-in in hidden layers (He et al. 2015) and 1 / fan-in in the output layer, which has no ReLU after it.</summary>
    HeNormal,

    /// <summary>Every weight 0. A net with hidden layers then learns nothing but its output biases; meant for linear nets.</summary>
    Zero,
}
