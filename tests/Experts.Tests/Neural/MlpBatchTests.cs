using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Tests.Neural;

public sealed class MlpBatchTests
{
    [Theory, InlineData(2), InlineData(16), InlineData(128), InlineData(129), InlineData(256), InlineData(300)]
    public void Learn_PiecesInAnyOrder_GivesTheBitsOfTrainBinary(int rows)
    {
        foreach (KernelWidth width in Enum.GetValues<KernelWidth>())
            if (width == KernelWidth.Widest || KernelWidths.IsSupported(width)) AssertPiecesEqualTheWhole(rows, width);
    }

    private static void AssertPiecesEqualTheWhole(int rows, KernelWidth width)
    {
        MlpOptions options = MlpTesting.Shape(70, [130, 33], 12);
        MlpStack whole = MlpTesting.Stack(options, width), pieces = MlpTesting.Stack(options, width);
        MlpBatch batch = pieces.CreateBatch(0, 3);
        for (ulong step = 0; step < 3; step++)
        {
            float[] x = MlpTesting.Gaussians(rows * 70, 10 + step), targets = MlpTesting.Masks(rows * 12, 20 + step);
            float[] expected = MlpTesting.Logits(whole, rows, x), logits = new float[rows * 12];
            double loss = whole.TrainBinary(0, rows, x, targets);

            for (int part = MlpBatch.PartsOf(rows) - 1; part >= 0; part--) batch.Forward(part, PartOf(x, part, 70), PartOf(logits, part, 12));
            batch.Begin(MlpBatch.PartsOf(rows));
            for (int part = MlpBatch.PartsOf(rows) - 1; part >= 0; part--) batch.Back(part, PartOf(targets, part, 12));
            for (int block = batch.Blocks - 1; block >= 0; block--) batch.Learn(block, x);

            Assert.Equal(loss, batch.End());
            Assert.Equal(expected, logits);
            Assert.Equal(MlpTesting.Saved(whole), MlpTesting.Saved(pieces));
        }
    }

    [Fact]
    public void Learn_UnevenParts_GivesTheBitsOfTrainBinary()
    {
        MlpOptions options = MlpTesting.Shape(7, [70, 20], 5);
        MlpStack whole = MlpTesting.Stack(options, KernelWidth.Widest), pieces = MlpTesting.Stack(options, KernelWidth.Widest);
        MlpBatch batch = pieces.CreateBatch(0, 4);
        float[] x = MlpTesting.Gaussians(256 * 7, 1), targets = MlpTesting.Masks(256 * 5, 2);
        whole.TrainBinary(0, 256, x, targets);

        (int First, int Rows)[] parts = [(0, 24), (24, 128), (152, 1), (153, 103)];
        for (int part = 0; part < parts.Length; part++) batch.Forward(part, x.AsSpan(parts[part].First * 7, parts[part].Rows * 7), []);
        batch.Begin(parts.Length);
        for (int part = 0; part < parts.Length; part++) batch.Back(part, targets.AsSpan(parts[part].First * 5, parts[part].Rows * 5));
        for (int block = 0; block < batch.Blocks; block++) batch.Learn(block, x);
        batch.End();

        Assert.Equal(MlpTesting.Saved(whole), MlpTesting.Saved(pieces));
    }

    [Fact]
    public void Begin_MorePartsThanRoom_Throws()
        => Assert.Throws<ArgumentOutOfRangeException>(() => MlpTesting.Stack(MlpTesting.Shape(3, [4], 2), KernelWidth.Widest).CreateBatch(0, 2).Begin(3));

    private static Span<float> PartOf(float[] rows, int part, int columns)
    {
        int first = part * MlpBatch.PartRows * columns;
        return rows.AsSpan(first, Math.Min(MlpBatch.PartRows * columns, rows.Length - first));
    }
}
