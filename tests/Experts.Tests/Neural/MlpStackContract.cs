using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Neural.Kernels;
using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Tests.Neural;

/// <summary>What a stack does, on every width of its kernels.</summary>
public abstract partial class MlpStackContract
{
    private readonly KernelWidth _width;

    // A processor without this width runs the contract on its widest one instead.
    private protected MlpStackContract(KernelWidth width) => _width = MlpKernels.IsSupported(width) ? width : KernelWidth.Widest;

    private protected MlpStack Stack(MlpOptions options, int members = 1, ulong seed = 1) => Stack(options, _width, members, seed);

    private protected static MlpStack Stack(MlpOptions options, KernelWidth width, int members = 1, ulong seed = 1)
    {
        MlpStack stack = new(options, width);
        for (int i = 0; i < members; i++) stack.AddMember(seed + (ulong)i);
        return stack;
    }

    private protected static MlpOptions Shape(int inputs, int[] hidden, int outputs) => new() { Inputs = inputs, Hidden = hidden, Outputs = outputs };

    private protected static float[] Gaussians(int count, ulong seed)
    {
        SeededRandom random = new(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float)random.NextGaussian();
        return values;
    }

    private protected static int[] Labels(int count, int classes, ulong seed)
    {
        SeededRandom random = new(seed);
        int[] values = new int[count];
        for (int i = 0; i < count; i++) values[i] = random.NextInt(classes);
        return values;
    }

    private protected static float[] Masks(int count, ulong seed)
    {
        SeededRandom random = new(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = random.NextInt(2);
        return values;
    }

    private protected static float[] Parameters(MlpStack stack, int member = 0)
    {
        float[] parameters = new float[stack.ParameterCount];
        stack.ReadParameters(member, parameters);
        return parameters;
    }

    /// <summary>Everything that a stack will ever depend on, as bytes.</summary>
    private protected static byte[] State(MlpStack stack)
    {
        using MemoryStream stream = new();
        stack.Save(new StateWriter(stream));
        return stream.ToArray();
    }

    private protected static float[] Logits(MlpStack stack, int rows, float[] x, int member = 0, long? dropoutRow = null)
    {
        float[] logits = new float[rows * stack.Outputs];
        stack.Forward(member, rows, x, logits, dropoutRow);
        return logits;
    }

    private protected static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i]), $"Element {i}: expected {expected[i]:R}, found {actual[i]:R}.");
    }

    private protected static void AssertClose(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double absolute, double relative)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= absolute + relative * Math.Abs(expected[i]), $"Element {i}: expected {expected[i]:R}, found {actual[i]:R}.");
    }
}

/// <summary>The contract on plain loops.</summary>
public sealed class ScalarMlpStackTests() : MlpStackContract(KernelWidth.Scalar);

/// <summary>The contract on AVX2.</summary>
public sealed class Vector256MlpStackTests() : MlpStackContract(KernelWidth.Vector256);

/// <summary>The contract on AVX-512.</summary>
public sealed class Vector512MlpStackTests() : MlpStackContract(KernelWidth.Vector512);
