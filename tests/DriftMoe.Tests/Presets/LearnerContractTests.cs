using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Experts.State;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.DriftMoe.Tests.Presets;

/// <summary>What every learner promises: the same bits for any blocks, any number of threads, and across a checkpoint at any place.</summary>
public abstract class LearnerContractTests
{
    protected const int Rows = 3000;

    /// <summary>Settings that make the learner do in a few thousand rows what it does in a long stream.</summary>
    protected abstract LearnerPreset Preset { get; }

    protected virtual string StreamText => "sea:function=1 @1200/50 sea:function=3";

    protected virtual InstanceStream OpenStream() => StreamCatalogue.Open(StreamText, 3);

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
        using WorkRunner work = new(1);
        ILearner first = Preset.Create(NewSchema(), 1, work);
        int[] predictions = new int[Rows];
        Feed(first, rows, 0, at, 100, predictions);
        ILearner second = Preset.Create(NewSchema(), 1, work);

        second.Load(new StateReader(new MemoryStream(Save(first))));
        Feed(second, rows, at, Rows, 100, predictions);

        Assert.Equal(expected, predictions);
        Assert.Equal(state, Save(second));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(37, 2)]
    [InlineData(300, 1)]
    public void Process_LateLabels_AnyBlocks_SamePredictionsAndState(int blockSize, int threads)
    {
        InstanceBlock rows = Draw();
        (int[] expected, byte[] state) = RunLate(rows, blockSize: 100, threads: 1);

        (int[] found, byte[] foundState) = RunLate(rows, blockSize, threads);

        Assert.Equal(expected, found);
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

        int classes = NewSchema().ClassCount;
        Assert.All(predictions, p => Assert.InRange(p, 0, classes - 1));
    }

    [Fact]
    public void Learned_CountsLabelledRowsOnly()
    {
        InstanceBlock rows = Draw();
        using WorkRunner work = new(1);
        ILearner learner = Preset.Create(NewSchema(), 1, work);
        InstanceBlock few = new(rows.AttributeCount, 3);
        few.Add(rows.Row(0), rows.Labels[0]);
        few.Add(rows.Row(1), InstanceBlock.NoLabel);
        few.Add(rows.Row(2), rows.Labels[2]);

        learner.Process(few, new Predictions(3));

        Assert.Equal(2, learner.Learned);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    public void Predict_BetweenBlocks_SaysWhatTheNextRowWillBeTold_AndLeavesNoTrace(int blockSize)
    {
        InstanceBlock rows = Draw();
        (int[] expected, byte[] state) = Run(rows, blockSize, threads: 1);
        using WorkRunner work = new(1);
        ILearner learner = Preset.Create(NewSchema(), 1, work);
        InstanceBlock block = new(rows.AttributeCount, blockSize);
        Predictions told = new(blockSize, probabilities: true);
        float[] probabilities = new float[learner.Schema.ClassCount];

        for (int from = 0; from < rows.Count; from += blockSize)
        {
            // Asked of others too, which must not matter.
            learner.Predict(rows.Row(rows.Count - 1 - from), probabilities);
            Prediction asked = learner.Predict(rows.Row(from), probabilities);
            block.Clear();
            for (int r = from; r < Math.Min(rows.Count, from + blockSize); r++) block.Add(rows.Row(r), rows.Labels[r]);
            learner.Process(block, told);
            Assert.Equal(expected[from], asked.Class);
            Assert.Equal((told.Experts[0], told.Gates[0]), (asked.Expert, asked.Gate));
            Assert.Equal(told.Probabilities(0).ToArray(), probabilities);
        }

        Assert.Equal(state, Save(learner));
    }

    protected InstanceBlock Draw()
    {
        using InstanceStream stream = OpenStream();
        InstanceBlock block = new(stream.Schema.AttributeCount, Rows);
        stream.Fill(block);
        return block;
    }

    private Schema NewSchema()
    {
        using InstanceStream stream = OpenStream();
        return stream.Schema;
    }

    protected (int[] Predictions, byte[] State) Run(InstanceBlock rows, int blockSize, int threads)
    {
        using WorkRunner work = new(threads);
        ILearner learner = Preset.Create(NewSchema(), 1, work);
        int[] predictions = new int[rows.Count];
        Feed(learner, rows, 0, rows.Count, blockSize, predictions);
        return (predictions, Save(learner));
    }

    /// <summary>The label of row t comes behind the prediction of row t + 300.</summary>
    private (int[] Predictions, byte[] State) RunLate(InstanceBlock rows, int blockSize, int threads)
    {
        const int delay = 300;
        using WorkRunner work = new(threads);
        ILearner learner = Preset.Create(NewSchema(), 1, work);
        int length = learner.ContextLength;
        double[] contexts = new double[rows.Count * length];
        int[] predictions = new int[rows.Count];
        InstanceBlock block = new(rows.AttributeCount, 2 * blockSize, length);
        Predictions answers = new(block.Capacity, length);
        int[] places = new int[blockSize];
        for (int start = 0; start < rows.Count; start += blockSize)
        {
            block.Clear();
            int end = Math.Min(start + blockSize, rows.Count);
            for (int r = start; r < end; r++)
            {
                places[r - start] = block.Count;
                block.Add(rows.Row(r), InstanceBlock.NoLabel);
                int due = r - delay;
                if (due >= 0) block.AddLate(rows.Row(due), rows.Labels[due], contexts.AsSpan(due * length, length));
            }
            learner.Process(block, answers);
            for (int r = start; r < end; r++)
            {
                predictions[r] = answers.Classes[places[r - start]];
                answers.Contexts.Slice(places[r - start] * length, length).CopyTo(contexts.AsSpan(r * length, length));
            }
        }
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
