using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Neural;

/// <summary>The bytes of a saved stack, the same whichever backend writes or reads them.</summary>
internal static class MlpState
{
    public static void SaveHead(StateWriter writer, int outputs, int count)
    {
        writer.Mark("mlp-stack");
        writer.Write(outputs);
        writer.Write(count);
    }

    public static (int Outputs, int Count) LoadHead(StateReader reader)
    {
        reader.Mark("mlp-stack");
        return (reader.ReadInt32(1, MlpOptions.MaximumWidth, "a stack's number of outputs"), reader.ReadInt32(0, int.MaxValue, "a stack's number of nets"));
    }

    /// <summary>Writes a member: its counts, then parameters and both moments in the order of <see cref="IMlpStack.ReadParameters"/>.</summary>
    public static void SaveMember(StateWriter writer, MlpCounts counts, float[] weights, float[] firstMoments, float[] secondMoments)
    {
        writer.Mark("member");
        counts.Save(writer);
        writer.Write(weights);
        writer.Write(firstMoments);
        writer.Write(secondMoments);
    }

    /// <summary>Reads a member.</summary>
    public static MlpCounts LoadMember(StateReader reader, Span<float> weights, Span<float> firstMoments, Span<float> secondMoments)
    {
        reader.Mark("member");
        MlpCounts counts = MlpCounts.Load(reader);
        reader.ReadInto(weights, "a net's parameters");
        reader.ReadInto(firstMoments, "a net's parameters");
        reader.ReadInto(secondMoments, "a net's parameters");
        return counts;
    }
}
