using StreamMoe.Experts.Neural.Kernels;
using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Neural;

/// <summary>A block of at most 64 × 64 parameters of one layer that lie side by side and are learned at once.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="IsBias">Whether they are biases.</param>
/// <param name="Offset">Place of the first among all parameters.</param>
/// <param name="Row">First row of the matrix.</param>
/// <param name="RowWidth">Width of the panel that the rows' factor lies in.</param>
/// <param name="Count">Rows.</param>
/// <param name="Column">First column.</param>
/// <param name="Width">Columns, padding included.</param>
internal readonly record struct MlpBlock(int Layer, bool IsBias, int Offset, int Row, int RowWidth, int Count, int Column, int Width)
{
    /// <summary>All blocks of a net, the largest layer's first.</summary>
    public static MlpBlock[] Of(MlpShape shape)
    {
        List<MlpBlock> blocks = [];
        for (int layer = shape.Hidden; layer >= 0; layer--)
        {
            bool last = layer == shape.Hidden;
            // The output layer is kept the other way round.
            int rows = last ? shape.Outputs : shape.FanIn(layer), columns = KernelWidths.Pad(last ? shape.FanIn(layer) : shape.FanOut(layer));
            for (int column = 0; column < columns; column += MlpKernels.Panel)
            {
                int width = Math.Min(MlpKernels.Panel, columns - column);
                for (int row = 0; row < rows; row += MlpKernels.Panel)
                {
                    int rowWidth = Math.Min(MlpKernels.Panel, KernelWidths.Pad(rows) - row), count = Math.Min(MlpKernels.Panel, rows - row);
                    blocks.Add(new MlpBlock(layer, false, shape.WeightOffset(layer) + column * rows + row * width, row, rowWidth, count, column, width));
                }
            }
            int biases = KernelWidths.Pad(shape.FanOut(layer));
            for (int column = 0; column < biases; column += MlpKernels.Panel)
                blocks.Add(new MlpBlock(layer, true, shape.BiasOffset(layer) + column, 0, 0, 1, column, Math.Min(MlpKernels.Panel, biases - column)));
        }
        return [.. blocks.OrderByDescending(b => b.Count * b.Width)];
    }
}
