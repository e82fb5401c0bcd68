using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Neural.Kernels;

namespace StreamMoe.Experts.Tests.Neural;

public sealed class MlpBatchTests
{
    public static TheoryData<KernelWidth, int> Cases
    {
        get
        {
            TheoryData<KernelWidth, int> cases = [];
            foreach (KernelWidth width in Enum.GetValues<KernelWidth>())
                if (width == KernelWidth.Widest || MlpKernels.IsSupported(width))
                    foreach (int rows in (int[])[2, 16, 128, 129, 256, 300]) cases.Add(width, rows);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Learn_PiecesInAnyOrder_GivesTheBitsOfTrainBinary(KernelWidth width, int rows)
    {
        MlpOptions options = MlpTesting.Shape(70, [130, 33], 12);
        MlpStack whole = MlpTesting.Stack(options, width), pieces = MlpTesting.Stack(options, width);
        MlpBatch batch = pieces.CreateBatch(0, 300);
        for (ulong step = 0; step < 3; step++)
        {
            float[] x = MlpTesting.Gaussians(rows * 70, 10 + step), targets = MlpTesting.Masks(rows * 12, 20 + step);
            float[] expected = new float[rows * 12], logits = new float[rows * 12];
            double loss = whole.TrainBinary(0, rows, x, targets, expected);

            for (int part = MlpBatch.PartsOf(rows) - 1; part >= 0; part--) batch.Forward(part, PartOf(x, part, 70), PartOf(logits, part, 12));
            batch.Begin(rows);
            for (int part = MlpBatch.PartsOf(rows) - 1; part >= 0; part--) batch.Back(part, PartOf(targets, part, 12));
            for (int block = batch.Blocks - 1; block >= 0; block--) batch.Learn(block, x);

            Assert.Equal(loss, batch.End());
            Assert.Equal(expected, logits);
            Assert.Equal(MlpTesting.Saved(whole), MlpTesting.Saved(pieces));
        }
    }

    [Fact]
    public void Begin_MoreRowsThanRoom_Throws()
        => Assert.Throws<ArgumentOutOfRangeException>(() => MlpTesting.Stack(MlpTesting.Shape(3, [4], 2), KernelWidth.Widest).CreateBatch(0, 10).Begin(11));

    private static Span<float> PartOf(float[] rows, int part, int columns)
    {
        int first = part * MlpBatch.PartRows * columns;
        return rows.AsSpan(first, Math.Min(MlpBatch.PartRows * columns, rows.Length - first));
    }
}
