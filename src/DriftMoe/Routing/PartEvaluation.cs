namespace StreamMoe.DriftMoe.Routing;

/// <summary>Evaluates one part of the rows of a router's stretch.</summary>
/// <param name="part">Number of the part.</param>
/// <param name="inputs">Its rows of inputs.</param>
/// <param name="logits">Receives as many rows of logits.</param>
internal delegate void PartEvaluation(int part, ReadOnlySpan<float> inputs, Span<float> logits);
