using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Randomness;
using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Tests.Neural;

public sealed class MlpStackDescendTests
{
    [Theory]
    [InlineData(1, 2, 0)]
    [InlineData(1, 70, 20)]
    [InlineData(4, 3, 64)]
    [InlineData(17, 65, 5)]
    public void Descend_GradientOfSoftmax_IsTheStepOfTrainSoftmaxAtEveryWidth(int rows, int outputs, int hidden)
    {
        SeededRandom random = new(3);
        float[] x = [.. Enumerable.Range(0, rows * 7).Select(_ => (float)random.NextGaussian())], logits = new float[rows * outputs];
        int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.NextInt(outputs))];
        MlpStack expected = Stack(KernelWidth.Scalar, outputs, hidden);
        expected.Forward(0, rows, x, logits);
        float[] gradients = Gradients(logits, labels, outputs);
        expected.TrainSoftmax(0, rows, x, labels);
        float[]? scalar = null;
        foreach (KernelWidth width in Enum.GetValues<KernelWidth>().Where(KernelWidths.IsSupported).OrderBy(w => w != KernelWidth.Scalar))
        {
            MlpStack stack = Stack(width, outputs, hidden);
            stack.Descend(0, rows, x, gradients, evaluated: false);
            float[] parameters = Parameters(stack);
            scalar ??= parameters;
            Assert.Equal(scalar, parameters);
            if (rows > 1) continue;
            MlpStack evaluated = Stack(width, outputs, hidden);
            float[] again = new float[outputs];
            evaluated.Evaluate(0, x, again);
            Assert.Equal(logits, again);
            evaluated.Descend(0, 1, x, gradients, evaluated: true);
            Assert.Equal(parameters, Parameters(evaluated));
        }
        Assert.All(scalar!.Zip(Parameters(expected)), pair => Assert.Equal(pair.Second, pair.First, 2e-5f));
    }

    [Fact]
    public void GrowOutputs_Twice_KeepsTheOldLogitsAndStartsNewOnesAtZero()
    {
        MlpStack stack = Stack(KernelWidth.Widest, 3, 8);
        float[] x = [1, -2, 3, 0.5f, 0, 1, 1], before = new float[3], after = new float[9];
        stack.Forward(0, 1, x, before);
        stack.GrowOutputs(9);
        stack.GrowOutputs(4);
        stack.Forward(0, 1, x, after);
        Assert.Equal([.. before, 0, 0, 0, 0, 0, 0], after);
    }

    private static MlpStack Stack(KernelWidth width, int outputs, int hidden)
    {
        MlpStack stack = new(new MlpOptions { Inputs = 7, Hidden = hidden == 0 ? [] : [hidden], Outputs = outputs }, width);
        stack.AddMember(5);
        return stack;
    }

    private static float[] Gradients(float[] logits, int[] labels, int outputs)
    {
        float[] gradients = new float[logits.Length];
        for (int row = 0; row < labels.Length; row++)
        {
            double sum = logits.Skip(row * outputs).Take(outputs).Sum(z => Math.Exp(z));
            for (int o = 0; o < outputs; o++)
                gradients[row * outputs + o] = (float)((Math.Exp(logits[row * outputs + o]) / sum - (o == labels[row] ? 1 : 0)) / labels.Length);
        }
        return gradients;
    }

    private static float[] Parameters(MlpStack stack)
    {
        float[] parameters = new float[stack.ParameterCount];
        stack.ReadParameters(0, parameters);
        return parameters;
    }
}
