using StreamMoe.Experts.Neural;
using static StreamMoe.Experts.Tests.Neural.MlpTesting;

namespace StreamMoe.Experts.Tests.Neural;

public abstract partial class MlpStackContract
{
    public static TheoryData<int, int[], int> Shapes => new()
    {
        { 1, [], 1 }, { 7, [], 3 }, { 70, [], 33 }, { 5, [7], 2 }, { 17, [33], 17 }, { 3, [64], 66 },
        { 33, [17, 7], 1 }, { 4, [70, 20], 5 }, { 9, [16, 130], 12 }, { 6, [5, 4, 3], 2 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forward_AnyShape_AgreesWithDoublePrecision(int inputs, int[] hidden, int outputs)
    {
        MlpOptions options = Shape(inputs, hidden, outputs);
        IMlpStack stack = Stack(options);
        MlpReference reference = new(options, Parameters(stack));
        float[] x = Gaussians(70 * inputs, 2), logits = Logits(stack, 70, x);
        for (int r = 0; r < 70; r++)
            AssertClose(reference.Forward(x.AsSpan(r * inputs, inputs)), logits.AsSpan(r * outputs, outputs), 2e-6, 2e-6);
    }

    // With β₁ = 0 the first moment after one step is the gradient itself.
    [Theory]
    [MemberData(nameof(Shapes))]
    public void TrainBinary_AnyShape_GradientAgreesWithCentralDifferences(int inputs, int[] hidden, int outputs)
    {
        const int rows = 4;
        MlpOptions options = Shape(inputs, hidden, outputs) with { Beta1 = 0 };
        IMlpStack stack = AwayFromKinks(Stack(options));
        MlpReference reference = new(options, Parameters(stack));
        float[] x = Gaussians(rows * inputs, 2), targets = Masks(rows * outputs, 3);
        Assert.Equal(reference.BinaryLoss(x, rows, targets), stack.TrainBinary(0, rows, x, targets), 1e-6);
        AssertClose(reference.Gradient(() => reference.BinaryLoss(x, rows, targets)), FirstMoments(stack), 2e-7, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void TrainSoftmax_AnyShape_GradientAgreesWithCentralDifferences(int inputs, int[] hidden, int outputs)
    {
        const int rows = 4;
        MlpOptions options = Shape(inputs, hidden, outputs) with { Beta1 = 0 };
        IMlpStack stack = AwayFromKinks(Stack(options));
        MlpReference reference = new(options, Parameters(stack));
        float[] x = Gaussians(rows * inputs, 2);
        int[] labels = Labels(rows, outputs, 3);
        Assert.Equal(reference.SoftmaxLoss(x, rows, labels), stack.TrainSoftmax(0, rows, x, labels), 1e-6);
        AssertClose(reference.Gradient(() => reference.SoftmaxLoss(x, rows, labels)), FirstMoments(stack), 2e-7, 1e-5);
    }

    // 300 rows are three runs of the kernels: the gradient must add up over them. From 16 rows on it takes another way back.
    [Theory]
    [InlineData(16)]
    [InlineData(300)]
    public void TrainBinary_ManyRows_GradientIsThatOfAllRows(int rows)
    {
        MlpOptions options = Shape(3, [5, 19], 2) with { Beta1 = 0 };
        IMlpStack stack = AwayFromKinks(Stack(options));
        MlpReference reference = new(options, Parameters(stack));
        float[] x = Gaussians(rows * 3, 2), targets = Masks(rows * 2, 3);
        stack.TrainBinary(0, rows, x, targets);
        AssertClose(reference.Gradient(() => reference.BinaryLoss(x, rows, targets)), FirstMoments(stack), 2e-7, 1e-5);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(300)]
    public void TrainSoftmax_ManyRows_GradientIsThatOfAllRows(int rows)
    {
        MlpOptions options = Shape(3, [5, 19], 2) with { Beta1 = 0 };
        IMlpStack stack = AwayFromKinks(Stack(options));
        MlpReference reference = new(options, Parameters(stack));
        float[] x = Gaussians(rows * 3, 2);
        int[] labels = Labels(rows, 2, 3);
        Assert.Equal(reference.SoftmaxLoss(x, rows, labels), stack.TrainSoftmax(0, rows, x, labels), 1e-6);
        AssertClose(reference.Gradient(() => reference.SoftmaxLoss(x, rows, labels)), FirstMoments(stack), 2e-7, 1e-5);
    }

    [Fact]
    public void TrainSoftmax_FiftySteps_ParametersFollowDoublePrecisionAdam()
    {
        const int rows = 8;
        MlpOptions options = Shape(4, [6], 3) with { LearningRate = 1e-2 };
        IMlpStack stack = Stack(options);
        MlpReference reference = new(options, Parameters(stack));
        float[] x = Gaussians(rows * 4, 2);
        int[] labels = Labels(rows, 3, 3);
        for (int step = 0; step < 50; step++)
        {
            reference.Step(reference.Gradient(() => reference.SoftmaxLoss(x, rows, labels)));
            stack.TrainSoftmax(0, rows, x, labels);
        }
        // 50 steps of up to 1e-2 each.
        AssertClose(reference.Parameters, Parameters(stack), 2e-5, 0);
    }

    [Fact]
    public void TrainBinary_FirstStepOfALinearNet_MovesEveryParameterByTheLearningRate()
    {
        IMlpStack stack = Stack(Shape(2, [], 1) with { Initialisation = MlpInitialisation.Zero });
        stack.TrainBinary(0, 1, [3f, -5f], [1f]);
        AssertClose([2e-3, -2e-3, 2e-3], Parameters(stack), 1e-9, 0);
    }

    [Theory]
    [InlineData(17, new[] { 33, 70 }, false)]
    [InlineData(17, new[] { 33, 70 }, true)]
    [InlineData(70, new int[0], false)]
    public void Forward_RowAlone_SameBitsAsInEveryBatch(int inputs, int[] hidden, bool drop)
    {
        IMlpStack stack = Stack(Shape(inputs, hidden, 7) with { Dropout = drop ? 0.3 : 0 });
        float[] x = Gaussians(300 * inputs, 5);
        foreach (int rows in (int[])[70, 3, 64]) stack.TrainSoftmax(0, rows, x.AsSpan(0, rows * inputs), Labels(rows, 7, 6));
        float[] alone = new float[300 * 7];
        for (int r = 0; r < 300; r++)
            stack.Forward(0, 1, x.AsSpan(r * inputs, inputs), alone.AsSpan(r * 7, 7), drop ? 1000 + r : null);
        foreach (int rows in (int[])[2, 3, 4, 5, 7, 8, 31, 64, 70, 128, 129, 300])
            AssertSame(alone.AsSpan(0, rows * 7), Logits(stack, rows, x[..(rows * inputs)], dropoutRow: drop ? 1000 : null));
    }

    // Fresh biases are 0, so where a whole layer is silent the next one sits exactly on ReLU's kink, which has no derivative.
    private static IMlpStack AwayFromKinks(IMlpStack stack)
    {
        float[] parameters = Parameters(stack), noise = Gaussians(parameters.Length, 7);
        for (int i = 0; i < parameters.Length; i++) parameters[i] += 0.1f * noise[i];
        stack.WriteParameters(0, parameters);
        return stack;
    }
}
