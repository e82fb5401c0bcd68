namespace StreamMoe.Experts.Neighbours;

/// <summary>The kernels as plain loops: what the vector kernels must agree with to the bit.</summary>
internal sealed unsafe class ScalarNeighbourKernels : NeighbourKernels
{
    public override void Measure(float* rows, int groups, float* x, int attributes, float* closeness, float* greatest)
    {
        for (int group = 0; group < groups; group++, rows += Group * attributes, closeness += Group, greatest += Lanes)
        {
            for (int row = 0; row < Group; row++)
            {
                float sum = 0;
                for (int a = 0; a < attributes; a++)
                {
                    float difference = x[a] - rows[a * Group + row];
                    sum = MathF.FusedMultiplyAdd(-difference, difference, sum);
                }
                closeness[row] = sum;
                greatest[row % Lanes] = row >= Lanes && greatest[row % Lanes] > sum ? greatest[row % Lanes] : sum;
            }
        }
    }
}
