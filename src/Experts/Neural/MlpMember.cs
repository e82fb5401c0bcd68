using StreamMoe.Experts.Randomness;
using StreamMoe.Experts.State;
using StreamMoe.Experts.Vectors;

namespace StreamMoe.Experts.Neural;

/// <summary>One net: its parameters, Adam's moments and counts.</summary>
internal sealed class MlpMember
{
    public MlpMember(MlpShape shape)
    {
        Shape = shape;
        Weights = new AlignedBuffer(shape.Size);
        FirstMoments = new AlignedBuffer(shape.Size);
        SecondMoments = new AlignedBuffer(shape.Size);
    }

    public MlpShape Shape { get; }

    /// <summary>Weights and biases of all layers, laid out by the shape.</summary>
    public AlignedBuffer Weights { get; }

    public AlignedBuffer FirstMoments { get; }

    public AlignedBuffer SecondMoments { get; }

    /// <summary>Steps, rows and the seed of the dropout masks.</summary>
    public MlpCounts Counts { get; private set; } = new();

    /// <summary>Draws fresh weights.</summary>
    public void Initialise(MlpInitialisation initialisation, ulong seed)
    {
        SeededRandom random = new(seed);
        Counts.DropoutSeed = random.NextUInt64();
        if (initialisation == MlpInitialisation.Zero) return;
        Span<float> weights = Weights.Span;
        for (int layer = 0; layer <= Shape.Hidden; layer++)
        {
            int fanIn = Shape.FanIn(layer), fanOut = Shape.FanOut(layer);
            double bound = Math.Sqrt(6.0 / (fanIn + fanOut)), deviation = Math.Sqrt((layer < Shape.Hidden ? 2.0 : 1.0) / fanIn);
            for (int unit = 0; unit < fanOut; unit++)
            {
                for (int input = 0; input < fanIn; input++)
                {
                    double weight = initialisation == MlpInitialisation.XavierUniform
                        ? bound * (2 * random.NextDouble() - 1)
                        : deviation * random.NextGaussian();
                    weights[Shape.WeightIndex(layer, unit, input)] = (float)weight;
                }
            }
        }
    }

    /// <summary>Becomes a copy of another net of the same shape, optimiser and counts included.</summary>
    public void CopyFrom(MlpMember other)
    {
        other.Weights.Span.CopyTo(Weights.Span);
        other.FirstMoments.Span.CopyTo(FirstMoments.Span);
        other.SecondMoments.Span.CopyTo(SecondMoments.Span);
        CopyCountsFrom(other);
    }

    /// <summary>Takes over everything but the numbers laid out by the shape.</summary>
    public void CopyCountsFrom(MlpMember other) => Counts = other.Counts.Copy();

    public void Save(StateWriter writer) => MlpState.SaveMember(writer, Counts, Values(Weights), Values(FirstMoments), Values(SecondMoments));

    public void Load(StateReader reader)
    {
        float[] weights = new float[Shape.ParameterCount], first = new float[weights.Length], second = new float[weights.Length];
        Counts = MlpState.LoadMember(reader, weights, first, second);
        CopyParameters(Weights, weights, toBuffer: true);
        CopyParameters(FirstMoments, first, toBuffer: true);
        CopyParameters(SecondMoments, second, toBuffer: true);
    }

    /// <summary>A buffer's numbers in the order of the public contract.</summary>
    public float[] Values(AlignedBuffer buffer)
    {
        float[] values = new float[Shape.ParameterCount];
        CopyParameters(buffer, values, toBuffer: false);
        return values;
    }

    /// <summary>Copies between a buffer and the order of the public contract: layer by layer, a row of weights a unit, then the biases.</summary>
    public void CopyParameters(AlignedBuffer buffer, Span<float> values, bool toBuffer)
    {
        Span<float> own = buffer.Span;
        int next = 0;
        for (int layer = 0; layer <= Shape.Hidden; layer++)
        {
            for (int unit = 0; unit < Shape.FanOut(layer); unit++)
                for (int input = 0; input < Shape.FanIn(layer); input++)
                    Copy(own, Shape.WeightIndex(layer, unit, input), values);
            for (int unit = 0; unit < Shape.FanOut(layer); unit++)
                Copy(own, Shape.BiasOffset(layer) + unit, values);
        }

        void Copy(Span<float> own, int index, Span<float> values)
        {
            if (toBuffer) own[index] = values[next++];
            else values[next++] = own[index];
        }
    }
}
