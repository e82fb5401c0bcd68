using StreamMoe.Experts.State;
using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Bayes;

/// <summary>A Gaussian for each class and attribute: a row of means, one of variances and one of h = −½/variance a class, padded to 16.</summary>
internal sealed unsafe class ClassGaussians(int classes, int attributes)
{
    // So many factors between 1e-9 and 1e9 stay far inside a double's range.
    private const int FactorsPerLogarithm = 32;

    private readonly int _stride = KernelWidths.Pad(attributes);
    private readonly AlignedBuffer _means = new(classes, attributes), _variances = new(classes, attributes), _h = new(classes, attributes);

    /// <summary>The weight of each class, up to what it remembers.</summary>
    public double[] Counts { get; } = new double[classes];

    /// <summary>−½ Σ ln variance of each class.</summary>
    public double[] Scales { get; } = new double[classes];

    public float* Means(int label) => _means.Pointer + label * _stride;

    public float* Variances(int label) => _variances.Pointer + label * _stride;

    public float* H(int label) => _h.Pointer + label * _stride;

    /// <summary>Learns an instance of a class, whose means are those of about its last <paramref name="memory"/> instances.</summary>
    public void Learn(GaussianKernels kernels, float* row, int label, double weight, int memory)
    {
        double count = Counts[label] = Math.Min(Counts[label] + weight, memory);
        kernels.Update(row, Means(label), Variances(label), _stride, (float)Math.Min(1, weight / count));
        Derive(kernels, label);
    }

    // The variance used counts as if one instance of the attribute's whole spread, 1, had been seen besides.
    private void Derive(GaussianKernels kernels, int label)
    {
        double count = Counts[label];
        kernels.Invert(Variances(label), H(label), _stride, (float)(count / (count + 1)), (float)(1 / (count + 1)));
        float* h = H(label);
        double sum = 0;
        for (int first = 0; first < attributes; first += FactorsPerLogarithm)
        {
            // Four products side by side: one multiplication waits for the one before.
            double p0 = 1, p1 = 1, p2 = 1, p3 = 1;
            int end = Math.Min(attributes, first + FactorsPerLogarithm), a = first;
            for (; a + 4 <= end; a += 4)
            {
                p0 *= -2.0 * h[a];
                p1 *= -2.0 * h[a + 1];
                p2 *= -2.0 * h[a + 2];
                p3 *= -2.0 * h[a + 3];
            }
            for (; a < end; a++) p0 *= -2.0 * h[a];
            sum += Math.Log(p0 * p1 * (p2 * p3));
        }
        Scales[label] = 0.5 * sum;
    }

    /// <summary>The same for more classes.</summary>
    public ClassGaussians Grown(int room)
    {
        ClassGaussians grown = new(room, attributes);
        Counts.CopyTo(grown.Counts, 0);
        Scales.CopyTo(grown.Scales, 0);
        _means.Span.CopyTo(grown._means.Span);
        _variances.Span.CopyTo(grown._variances.Span);
        _h.Span.CopyTo(grown._h.Span);
        return grown;
    }

    /// <summary>Writes counts, means and variances of the first classes.</summary>
    public void Save(StateWriter writer, int used)
    {
        writer.Write(Counts.AsSpan(0, used));
        for (int label = 0; label < used; label++)
        {
            writer.Write(new ReadOnlySpan<float>(Means(label), attributes));
            writer.Write(new ReadOnlySpan<float>(Variances(label), attributes));
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote and computes the rest.</summary>
    public void Load(StateReader reader, GaussianKernels kernels)
    {
        reader.ReadInto(Counts.AsSpan(), "class counts of naive Bayes");
        for (int label = 0; label < Counts.Length; label++)
        {
            reader.ReadInto(new Span<float>(Means(label), attributes), "means of naive Bayes");
            reader.ReadInto(new Span<float>(Variances(label), attributes), "variances of naive Bayes");
            if (!(Counts[label] >= 0)) throw new StateFormatException($"Naive Bayes: the weight of class {label} is {Counts[label]}; must be ≥ 0.");
            if (Counts[label] == 0) continue;
            Derive(kernels, label);
        }
    }
}
