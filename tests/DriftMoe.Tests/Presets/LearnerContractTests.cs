using StreamMoe.DriftMoe.Lanes;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.Experts.State;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.DriftMoe.Tests.Presets;

/// <summary>What every learner promises: the same bits for any blocks, any number of threads, and across a checkpoint at any place.</summary>
public abstract class LearnerContractTests
{
    private const int Rows = 3000;

    /// <summary>Settings that make the learner do in a few thousand rows what it does in a long stream.</summary>
    protected abstract LearnerPreset Preset { get; }

    protected virtual string StreamText => "sea:function=1 @1200/50 sea:function=3";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(2999)]
    public void Process_AnyBlocks_SamePredictionsAndState(int blockSize)
    {
        InstanceBlock rows = Draw();
        (int[] expected, byte[] state) = Run(rows, Rows, threads: 1);

        (int[] found, byte[] foundState) = Run(rows, blockSize, threads: 1);

        Assert.Equal(expected, found);
        Assert.Equal(state, foundState);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Process_AnyNumberOfThreads_SamePredictionsAndState(int threads)
    {
        InstanceBlock rows = Draw();
        (int[] expected, byte[] state) = Run(rows, 512, threads: 1);

        (int[] found, byte[] foundState) = Run(rows, 512, threads);

        Assert.Equal(expected, found);
        Assert.Equal(state, foundState);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(700)]
    [InlineData(1537)]
    public void Load_StateSavedAnywhere_GoesOnAsIfNeverStopped(int at)
    {
        InstanceBlock rows = Draw();
        (int[] expected, byte[] state) = Run(rows, 300, threads: 1);
        using LaneRunner lanes = new(1);
        ILearner first = Preset.Create(SchemaOf(rows), 1, lanes);
        int[] predictions = new int[Rows];
        Feed(first, rows, 0, at, 100, predictions);
        ILearner second = Preset.Create(SchemaOf(rows), 1, lanes);

        second.Load(new StateReader(new MemoryStream(Save(first))));
        Feed(second, rows, at, Rows, 100, predictions);

        Assert.Equal(expected, predictions);
        Assert.Equal(state, Save(second));
    }

    [Fact]
    public void Process_RowsWithoutLabels_ChangeNoOtherPrediction()
    {
        InstanceBlock rows = Draw();
        InstanceBlock withUnlabelled = new(rows.AttributeCount, 2 * Rows);
        for (int r = 0; r < Rows; r++)
        {
            withUnlabelled.Add(rows.Row((r * 7) % Rows), InstanceBlock.NoLabel);
            withUnlabelled.Add(rows.Row(r), rows.Labels[r]);
        }
        (int[] expected, byte[] state) = Run(rows, 512, threads: 1);

        (int[] found, byte[] foundState) = Run(withUnlabelled, 512, threads: 2);

        Assert.Equal(expected, found.Where((_, i) => i % 2 == 1));
        Assert.Equal(state, foundState);
    }

    [Fact]
    public void Process_MissingValuesEverywhere_PredictsAndLearnsOn()
    {
        InstanceBlock rows = Draw();
        InstanceBlock missing = new(rows.AttributeCount, Rows);
        double[] features = new double[rows.AttributeCount];
        for (int r = 0; r < Rows; r++)
        {
            rows.Row(r).CopyTo(features);
            for (int a = 0; a < features.Length; a++)
                if (r % 5 == 0 || (r + a) % 3 == 0) features[a] = double.NaN;
            missing.Add(features, rows.Labels[r]);
        }

        (int[] predictions, _) = Run(missing, 512, threads: 1);

        int classes = SchemaOf(rows).ClassCount;
        Assert.All(predictions, p => Assert.InRange(p, 0, classes - 1));
    }

    [Fact]
    public void Learned_CountsLabelledRowsOnly()
    {
        InstanceBlock rows = Draw();
        using LaneRunner lanes = new(1);
        ILearner learner = Preset.Create(SchemaOf(rows), 1, lanes);
        InstanceBlock few = new(rows.AttributeCount, 3);
        few.Add(rows.Row(0), rows.Labels[0]);
        few.Add(rows.Row(1), InstanceBlock.NoLabel);
        few.Add(rows.Row(2), rows.Labels[2]);

        learner.Process(few, new Predictions(3));

        Assert.Equal(2, learner.Learned);
    }

    protected InstanceBlock Draw()
    {
        using InstanceStream stream = StreamCatalogue.Open(StreamText, 3);
        InstanceBlock block = new(stream.Schema.AttributeCount, Rows);
        stream.Fill(block);
        return block;
    }

    private Schema SchemaOf(InstanceBlock _)
    {
        using InstanceStream stream = StreamCatalogue.Open(StreamText, 3);
        return stream.Schema;
    }

    private (int[] Predictions, byte[] State) Run(InstanceBlock rows, int blockSize, int threads)
    {
        using LaneRunner lanes = new(threads);
        ILearner learner = Preset.Create(SchemaOf(rows), 1, lanes);
        int[] predictions = new int[rows.Count];
        Feed(learner, rows, 0, rows.Count, blockSize, predictions);
        return (predictions, Save(learner));
    }

    private static void Feed(ILearner learner, InstanceBlock rows, int from, int to, int blockSize, int[] predictions)
    {
        InstanceBlock block = new(rows.AttributeCount, blockSize);
        Predictions answers = new(blockSize);
        for (int start = from; start < to; start += blockSize)
        {
            block.Clear();
            for (int r = start; r < Math.Min(start + blockSize, to); r++) block.Add(rows.Row(r), rows.Labels[r]);
            learner.Process(block, answers);
            answers.Classes[..block.Count].CopyTo(predictions.AsSpan(start));
        }
    }

    private static byte[] Save(ILearner learner)
    {
        MemoryStream bytes = new();
        learner.Save(new StateWriter(bytes));
        return bytes.ToArray();
    }
}
