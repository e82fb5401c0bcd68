namespace StreamMoe.Experts.Trees;

/// <summary>What is known of one numeric attribute within one class.</summary>
/// <param name="Weight">Weight of the finite values.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Squares">Weighted sum of their squared deviations from the mean.</param>
/// <param name="Low">Least value, infinite ones included; NaN as long as there was none.</param>
/// <param name="High">Greatest value, infinite ones included; NaN as long as there was none.</param>
internal readonly record struct GaussianCell(double Weight, double Mean, double Squares, double Low, double High)
{
    /// <value>True once a value was seen, an infinite one too.</value>
    public bool Exists => !double.IsNaN(Low);

    /// <value>Standard deviation; 0 up to one unit of weight.</value>
    public double Deviation => Math.Sqrt(Weight > 1 ? Squares / (Weight - 1) : 0);
}
