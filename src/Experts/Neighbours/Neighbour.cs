namespace StreamMoe.Experts.Neighbours;

/// <summary>A remembered instance that is near to the one asked for.</summary>
/// <param name="SquaredDistance">Squared Euclidean distance.</param>
/// <param name="Label">Its class.</param>
/// <param name="Weight">Its weight.</param>
internal readonly record struct Neighbour(float SquaredDistance, int Label, float Weight);
