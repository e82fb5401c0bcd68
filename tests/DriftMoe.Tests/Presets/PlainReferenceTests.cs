using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.DriftMoe.Tests.Presets;

/// <summary>The engine in stretches, lanes and threads equals the plain loop, instance by instance, for any cut of the stream.</summary>
public sealed class PlainReferenceTests
{
    private const int Rows = 6000;

    [Theory]
    [InlineData("led-abrupt", 1, 1)]
    [InlineData("led-abrupt", 97, 2)]
    [InlineData("rbf-fast", 1000, 2)]
    [InlineData("sea:function=1 @2000/100 sea:function=3", 256, 3)]
    [InlineData("sea:function=1 @2000/100 sea:function=3", 300, 1)]
    public void MoeData_EqualsThePlainLoop(string text, int blockSize, int threads)
    {
        using InstanceStream stream = StreamCatalogue.Open(text, 2);
        MoeDataOptions options = new();
        PlainMoeData plain = new(stream.Schema, options, seed: 5);

        AssertEqual(stream, threads, blockSize, lanes => new MoeDataLearner(stream.Schema, options, 5, lanes), plain.Next);
    }

    [Theory]
    [InlineData("led-abrupt", 97, 2, true)]
    [InlineData("rbf-fast", 1000, 1, false)]
    [InlineData("rbf-fast", 1, 1, true)]
    public void MoeTask_EqualsThePlainLoop(string text, int blockSize, int threads, bool dropoutWhilePredicting)
    {
        using InstanceStream stream = StreamCatalogue.Open(text, 2);
        MoeTaskOptions options = new() { DropoutWhilePredicting = dropoutWhilePredicting };
        PlainMoeTask plain = new(stream.Schema, options, seed: 5);

        AssertEqual(stream, threads, blockSize, lanes => new MoeTaskLearner(stream.Schema, options, 5, lanes), plain.Next);
    }

    private delegate int PlainLoop(ReadOnlySpan<double> features, int label);

    private static void AssertEqual(InstanceStream stream, int threads, int blockSize, Func<WorkRunner, ILearner> make, PlainLoop plain)
    {
        using WorkRunner work = new(threads);
        ILearner learner = make(work);
        InstanceBlock block = new(stream.Schema.AttributeCount, blockSize);
        Predictions predictions = new(blockSize);
        for (int position = 0; position < Rows; position += block.Count)
        {
            block.Clear();
            stream.Fill(block);
            learner.Process(block, predictions);
            for (int r = 0; r < block.Count; r++)
            {
                int expected = plain(block.Row(r), block.Labels[r]);
                Assert.True(expected == predictions.Classes[r], $"instance {position + r}: plain loop {expected}, engine {predictions.Classes[r]}");
            }
        }
    }
}
