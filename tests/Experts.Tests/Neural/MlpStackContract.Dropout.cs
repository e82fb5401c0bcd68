using StreamMoe.Experts.Neural;
using static StreamMoe.Experts.Tests.Neural.MlpTesting;

namespace StreamMoe.Experts.Tests.Neural;

public abstract partial class MlpStackContract
{
    [Fact]
    public void Dropout_AtPrediction_KeepsTheExpectation()
    {
        // One hidden unit behind each input, summed up: the logit is Σ h, each h = 1.
        IMlpStack stack = Stack(Shape(1, [64], 1) with { Dropout = 0.3 });
        float[] parameters = new float[stack.ParameterCount];
        parameters.AsSpan(0, 64).Fill(1);
        parameters.AsSpan(128, 64).Fill(1);
        stack.WriteParameters(0, parameters);
        float[] x = new float[20_000];
        x.AsSpan().Fill(1);
        float[] logits = Logits(stack, x.Length, x, dropoutRow: 7);
        double mean = logits.Average(), variance = logits.Average(l => (l - mean) * (l - mean));
        // Standard error of the mean: √(64·0.3/0.7/20000) = 0.037.
        Assert.InRange(mean, 64 - 0.15, 64 + 0.15);
        Assert.InRange(variance, 0.95 * 64 * 0.3 / 0.7, 1.05 * 64 * 0.3 / 0.7);
        Assert.Equal(64, Logits(stack, 1, [1f])[0]);
    }

    [Fact]
    public void Dropout_AtPrediction_IsPure()
    {
        IMlpStack stack = Stack(Shape(4, [32, 32], 3) with { Dropout = 0.5 });
        float[] x = Gaussians(20 * 4, 2), once = Logits(stack, 20, x, dropoutRow: 100);
        byte[] before = Saved(stack);
        AssertSame(once, Logits(stack, 20, x, dropoutRow: 100));
        AssertSame(once.AsSpan(15), Logits(stack, 15, x[20..], dropoutRow: 105));
        Assert.NotEqual(once, Logits(stack, 20, x, dropoutRow: 101));
        Assert.NotEqual(once, Logits(stack, 20, x));
        Assert.Equal(before, Saved(stack));
        AssertSame(once, Logits(stack, 20, x, member: stack.AddCopy(0), dropoutRow: 100));
    }

    [Fact]
    public void Dropout_InTraining_LearnsOnlyThroughUnitsThatWereKept()
    {
        const float outgoing = 0.01f;
        IMlpStack stack = Stack(Shape(1, [200], 1) with { Dropout = 0.5, Beta1 = 0 });
        float[] parameters = new float[stack.ParameterCount];
        parameters.AsSpan(0, 200).Fill(1);
        parameters.AsSpan(400, 200).Fill(outgoing);
        stack.WriteParameters(0, parameters);
        stack.TrainBinary(0, 1, [1f], [1f]);
        float[] gradients = FirstMoments(stack);
        float delta = gradients[600];
        int dropped = 0;
        for (int unit = 0; unit < 200; unit++)
        {
            // A unit that was kept gave 1/(1 − 0.5) = 2; what comes back through it is doubled as well.
            bool kept = gradients[400 + unit] != 0;
            Assert.Equal(kept ? 2 * delta : 0, gradients[400 + unit]);
            Assert.Equal(kept ? 2 * delta * outgoing : 0, gradients[unit], 1e-9f);
            if (!kept) dropped++;
        }
        Assert.InRange(dropped, 70, 130);
        stack.TrainBinary(0, 1, [1f], [1f]);
        Assert.NotEqual(gradients[400..600].Select(g => g == 0), FirstMoments(stack)[400..600].Select(g => g == 0));
    }

    [Fact]
    public void Dropout_RowZeroInTrainingAndAtPrediction_DropsOtherUnits()
    {
        // Each of 40 hidden units feeds one output.
        IMlpStack stack = Stack(Shape(1, [40], 40) with { Dropout = 0.5, Beta1 = 0 });
        float[] parameters = new float[stack.ParameterCount];
        parameters.AsSpan(0, 40).Fill(1);
        for (int unit = 0; unit < 40; unit++) parameters[80 + 41 * unit] = 1;
        stack.WriteParameters(0, parameters);
        bool[] predicted = [.. Logits(stack, 1, [1f], dropoutRow: 0).Select(logit => logit != 0)];
        stack.TrainBinary(0, 1, [1f], new float[40]);
        float[] gradients = FirstMoments(stack);
        bool[] trained = [.. Enumerable.Range(0, 40).Select(unit => gradients[80 + 41 * unit] != 0)];
        Assert.NotEqual(predicted, trained);
    }

    // If both layers dropped the same units, a path through both would survive with probability 1/2 instead of 1/4.
    [Fact]
    public void Dropout_TwoLayers_DropIndependently()
    {
        IMlpStack stack = Stack(Shape(1, [64, 64], 1) with { Dropout = 0.5 });
        float[] parameters = new float[stack.ParameterCount];
        parameters.AsSpan(0, 64).Fill(1);
        for (int unit = 0; unit < 64; unit++) parameters[128 + 65 * unit] = 1;
        parameters.AsSpan(128 + 64 * 64 + 64, 64).Fill(1);
        stack.WriteParameters(0, parameters);
        float[] x = new float[2000];
        x.AsSpan().Fill(1);
        // Each of 64 paths gives 4 with probability 1/4: standard error √(64·3/2000) = 0.31.
        Assert.InRange(Logits(stack, 2000, x, dropoutRow: 0).Average(), 64 - 1.3, 64 + 1.3);
    }
}
