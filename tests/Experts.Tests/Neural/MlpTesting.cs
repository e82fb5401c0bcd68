using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Randomness;
using StreamMoe.Experts.State;
using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Tests.Neural;

/// <summary>What the tests of nets share: data, and ways to look at a stack.</summary>
internal static class MlpTesting
{
    public static MlpStack Stack(MlpOptions options, KernelWidth width, int members = 1, ulong seed = 1)
    {
        MlpStack stack = new(options, width);
        for (int i = 0; i < members; i++) stack.AddMember(seed + (ulong)i);
        return stack;
    }

    public static MlpOptions Shape(int inputs, int[] hidden, int outputs) => new() { Inputs = inputs, Hidden = hidden, Outputs = outputs };

    public static float[] Gaussians(int count, ulong seed)
    {
        SeededRandom random = new(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float)random.NextGaussian();
        return values;
    }

    public static int[] Labels(int count, int classes, ulong seed)
    {
        SeededRandom random = new(seed);
        int[] values = new int[count];
        for (int i = 0; i < count; i++) values[i] = random.NextInt(classes);
        return values;
    }

    public static float[] Masks(int count, ulong seed)
    {
        SeededRandom random = new(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = random.NextInt(2);
        return values;
    }

    public static float[] Parameters(IMlpStack stack, int member = 0)
    {
        float[] parameters = new float[stack.ParameterCount];
        stack.ReadParameters(member, parameters);
        return parameters;
    }

    /// <summary>Everything that a stack will ever depend on, as bytes.</summary>
    public static byte[] Saved(IMlpStack stack)
    {
        using MemoryStream stream = new();
        stack.Save(new StateWriter(stream));
        return stream.ToArray();
    }

    public static float[] Logits(IMlpStack stack, int rows, float[] x, int member = 0, long? dropoutRow = null)
    {
        float[] logits = new float[rows * stack.Outputs];
        stack.Forward(member, rows, x, logits, dropoutRow);
        return logits;
    }

    public static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i]), $"Element {i}: expected {expected[i]:R}, found {actual[i]:R}.");
    }

    public static void AssertClose(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double absolute, double relative)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= absolute + relative * Math.Abs(expected[i]), $"Element {i}: expected {expected[i]:R}, found {actual[i]:R}.");
    }

    public static float[] FirstMoments(IMlpStack stack, int member = 0) => State(stack, member).First;

    public static float[] SecondMoments(IMlpStack stack, int member = 0) => State(stack, member).Second;

    /// <summary>Number of Adam steps that a member has made.</summary>
    public static long StepsOf(IMlpStack stack, int member) => State(stack, member).Counts.Steps;

    // Nothing but a saved state tells of the optimiser.
    private static (MlpCounts Counts, float[] First, float[] Second) State(IMlpStack stack, int member)
    {
        StateReader reader = new(new MemoryStream(Saved(stack)));
        (int outputs, _) = MlpState.LoadHead(reader);
        float[] weights = new float[new MlpShape(stack.Options, outputs).ParameterCount], first = new float[weights.Length], second = new float[weights.Length];
        for (int i = 0; ; i++)
        {
            MlpCounts counts = MlpState.LoadMember(reader, weights, first, second);
            if (i == member) return (counts, first, second);
        }
    }
}
