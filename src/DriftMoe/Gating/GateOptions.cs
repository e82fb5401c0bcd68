using StreamMoe.DriftMoe.Routing;

namespace StreamMoe.DriftMoe.Gating;

/// <summary>What a <see cref="MixtureGate"/> is told of its model's options.</summary>
/// <param name="Gating">How opinions become one prediction.</param>
/// <param name="VotingExperts">Experts that vote with <see cref="GatingKind.TopKVote"/>, ≥ 1.</param>
/// <param name="AccuracyPower">κ: power of an expert's slow accuracy in its gate, ≥ 0.</param>
/// <param name="StackerRate">Adam's learning rate of the stacker, in (0, 1].</param>
/// <param name="Router">The router; its temperature is that of the gate.</param>
/// <param name="RouterTarget">What the router learns of an instance.</param>
/// <param name="Geometric">True when <see cref="GatingKind.Mean"/> is the geometric mean.</param>
internal sealed record GateOptions(
    GatingKind Gating, int VotingExperts, double AccuracyPower, double StackerRate, RouterOptions Router, RouterTarget RouterTarget, bool Geometric = false);
