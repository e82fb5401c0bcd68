using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Neural.Kernels;
using StreamMoe.Experts.Randomness;
using StreamMoe.Experts.Vectors;
using static StreamMoe.Experts.Tests.Neural.MlpTesting;

namespace StreamMoe.Experts.Tests.Neural;

/// <summary>Every vector width gives the bits of the plain loops. A width that the processor lacks is replaced by its widest.</summary>
public sealed unsafe class KernelWidthTests
{
    public static TheoryData<string> Widths => new(nameof(KernelWidth.Vector256), nameof(KernelWidth.Vector512));

    public static TheoryData<string, int, int[], int, double> Nets
    {
        get
        {
            TheoryData<string, int, int[], int, double> nets = [];
            foreach (string width in (string[])[nameof(KernelWidth.Vector256), nameof(KernelWidth.Vector512)])
            {
                nets.Add(width, 1, [], 1, 0);
                nets.Add(width, 70, [], 33, 0);
                nets.Add(width, 5, [7], 2, 0.2);
                nets.Add(width, 17, [33], 17, 0);
                nets.Add(width, 3, [64], 66, 0.5);
                nets.Add(width, 33, [17, 7], 1, 0);
                nets.Add(width, 20, [64, 64], 2, 0);
                nets.Add(width, 9, [80, 130], 12, 0.1);
            }
            return nets;
        }
    }

    [Theory]
    [MemberData(nameof(Nets))]
    public void Training_HundredsOfStepsOfManySizes_SameBitsAsPlainLoops(string width, int inputs, int[] hidden, int outputs, double dropout)
    {
        MlpOptions options = new() { Inputs = inputs, Hidden = hidden, Outputs = outputs, Dropout = dropout };
        MlpStack plain = new(options, KernelWidth.Scalar), vector = new(options, Supported(width));
        float[] x = Gaussians(300 * inputs, 2), targets = Masks(300 * outputs, 3);
        int[] labels = Labels(300, outputs, 4);
        foreach (MlpStack stack in (MlpStack[])[plain, vector])
        {
            stack.AddMember(1);
            SeededRandom random = new(5);
            for (int step = 0; step < 200; step++)
            {
                int rows = step % 50 == 0 ? 300 : step % 10 == 0 ? 1 + random.NextInt(70) : 1 + random.NextInt(3);
                int first = random.NextInt(301 - rows);
                ReadOnlySpan<float> batch = x.AsSpan(first * inputs, rows * inputs);
                if (step % 2 == 0) stack.TrainBinary(0, rows, batch, targets.AsSpan(first * outputs, rows * outputs));
                else stack.TrainSoftmax(0, rows, batch, labels.AsSpan(first, rows));
            }
        }
        Assert.Equal(Saved(plain), Saved(vector));
        for (int rows = 1; rows <= 70; rows++)
            AssertSameBits(
                Logits(plain, rows, x[..(rows * inputs)]), Logits(vector, rows, x[..(rows * inputs)]));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Accumulate_AnyRowsDepthAndColumns_SameBitsAsPlainLoops(string width)
    {
        ScalarKernels plain = new();
        MlpKernels kernels = MlpKernels.Of(Supported(width));
        AlignedBuffer a = Random(70 * 70, 1), b = Random(70 * 64, 2), expected = new(70 * 64), found = new(70 * 64);
        for (int rows = 1; rows <= 70; rows += rows < 10 ? 1 : 7)
        {
            foreach (int depth in (int[])[0, 1, 7, 17, 33, 64])
            {
                foreach (int columns in (int[])[16, 32, 48, 64])
                {
                    bool transposed = rows % 2 == 0;
                    (nint aRow, nint aDepth) = transposed ? (1, 70) : (70, 1);
                    plain.Accumulate(a.Pointer, aRow, aDepth, rows, depth, b.Pointer, b.Pointer, rows % 3 == 0 ? 0 : columns, expected.Pointer, columns, relu: transposed);
                    kernels.Accumulate(a.Pointer, aRow, aDepth, rows, depth, b.Pointer, b.Pointer, rows % 3 == 0 ? 0 : columns, found.Pointer, columns, relu: transposed);
                    AssertSameBits(expected.Span, found.Span);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Dot_AnyRowsAndDepth_SameBitsAsPlainLoops(string width)
    {
        ScalarKernels plain = new();
        MlpKernels kernels = MlpKernels.Of(Supported(width));
        AlignedBuffer a = Random(70 * 144, 1), b = Random(70 * 144, 2), bias = Random(80, 3), expected = new(70 * 80), found = new(70 * 80);
        foreach (int rows in (int[])[1, 2, 3, 4, 5, 17, 64, 70])
        {
            foreach (int bRows in (int[])[1, 2, 3, 4, 7, 17, 33, 64, 66])
            {
                foreach (int depth in (int[])[16, 64, 80, 144])
                {
                    float* add = depth == 80 ? null : bias.Pointer;
                    plain.Dot(a.Pointer, rows, b.Pointer, bRows, depth, add, expected.Pointer);
                    kernels.Dot(a.Pointer, rows, b.Pointer, bRows, depth, add, found.Pointer);
                    AssertSameBits(expected.Span, found.Span);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Transpose_AnyRows_MovesEveryElement(string width)
    {
        MlpKernels kernels = MlpKernels.Of(Supported(width));
        AlignedBuffer from = Random(64 * 64, 1);
        foreach (int rows in (int[])[1, 7, 16, 33, 64])
        {
            AlignedBuffer to = new(48 * 64);
            kernels.Transpose(from.Pointer, 64, rows, 48, to.Pointer, 64);
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < 48; j++) Assert.Equal(from.Span[i * 64 + j], to.Span[j * 64 + i]);
        }
    }

    [Theory]
    [InlineData(nameof(KernelWidth.Scalar))]
    [InlineData(nameof(KernelWidth.Vector256))]
    [InlineData(nameof(KernelWidth.Vector512))]
    public void ExpMinusAbs_WholeRange_WithinTheStatedError(string width)
    {
        AlignedBuffer x = new(16), y = new(16);
        for (double t = -90; t < 90; t += 0.01)
        {
            x.Span.Fill((float)t);
            MlpKernels.Of(Supported(width)).ExpMinusAbs(x.Pointer, y.Pointer, 16);
            double expected = Math.Exp(-Math.Min(80, Math.Abs((double)(float)t)));
            foreach (float found in y.Span) Assert.InRange(found / expected, 1 - 2e-7, 1 + 2e-7);
        }
    }

    [Fact]
    public void ExpMinusAbs_NaN_StaysNaN()
    {
        AlignedBuffer x = new(16);
        x.Span[3] = float.NaN;
        MlpKernels.Of(KernelWidth.Widest).ExpMinusAbs(x.Pointer, x.Pointer, 16);
        Assert.True(float.IsNaN(x.Span[3]));
        Assert.Equal(1, x.Span[4]);
    }

    [Fact]
    public void Reciprocal_WholeRangeOfAdam_WithinTheStatedError()
    {
        for (double exponent = -12; exponent < 19; exponent += 0.0007)
        {
            float d = (float)Math.Pow(10, exponent);
            Assert.InRange((double)Reciprocal.Of(d) * d, 1 - 1e-7, 1 + 1e-7);
        }
    }

    private static KernelWidth Supported(string width)
    {
        KernelWidth wanted = Enum.Parse<KernelWidth>(width);
        return KernelWidths.IsSupported(wanted) ? wanted : KernelWidth.Widest;
    }

    private static AlignedBuffer Random(int length, ulong seed)
    {
        AlignedBuffer buffer = new(length);
        Gaussians(length, seed).CopyTo(buffer.Span);
        return buffer;
    }
}
