using StreamMoe.Experts;
using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Tests.Lifecycle;

/// <summary>Says what one feature tells it to say; its state is the number of instances learned.</summary>
internal sealed class ScriptedExpert(int feature) : IExpert
{
    private long _learned;

    public long ByteSize => 8;

    public void Predict(ReadOnlySpan<double> features, Span<double> votes)
    {
        for (int c = 0; c < votes.Length; c++) votes[c] = c == (int)features[feature] ? 0.8 : 0.2;
    }

    public void Train(ReadOnlySpan<double> features, int label, double weight = 1) => _learned++;

    public void Save(StateWriter writer) => writer.Write(_learned);

    public void Load(StateReader reader) => _learned = reader.ReadInt64();
}
