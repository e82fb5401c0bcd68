using StreamMoe.Experts.State;
using StreamMoe.Streams;
using StreamMoe.Tests.Common;

namespace StreamMoe.Experts.Tests;

/// <summary>What every expert must do; a new expert gets a class that inherits this and makes one.</summary>
public abstract class ExpertContractTests
{
    /// <summary>Makes a fresh expert, the same at every call.</summary>
    protected abstract IExpert Create(Schema schema);

    /// <value>Of 1,000 instances in a row, how many may allocate while being learned (a tree's splits do).</value>
    protected virtual int AllocatingInstancesAllowed => 0;

    [Fact]
    public void Predict_Trained_LeavesStateUntouched()
    {
        IExpert expert = Trained(1500, new TestStream(1) { Missing = 0.05 });
        byte[] before = Bytes(expert);
        double[] features = new double[TestStream.AttributeCount], first = VotesOf(expert), second = VotesOf(expert);
        TestStream stream = new(2) { Missing = 0.2, LateFrom = 50 };
        for (int i = 0; i < 300; i++)
        {
            stream.Next(features, out _);
            expert.Predict(features, first);
            expert.Predict(features, second);
            Assert.Equal(Bits(first), Bits(second));
        }
        Assert.Equal(before, Bytes(expert));
    }

    [Fact]
    public void Predict_LongBuffer_ClearsEntriesOfUnknownClasses()
    {
        IExpert expert = Create(TestStream.Schema);
        double[] features = new double[TestStream.AttributeCount], votes = VotesOf(expert);
        TestStream stream = new(3);
        for (int i = 0; i < 100; i++)
        {
            int label = stream.Next(features, out double weight);
            votes.AsSpan().Fill(7);
            expert.Predict(features, votes);
            foreach (double[] row in Rows(votes)) Assert.All(row[3..], vote => Assert.Equal(0, vote));
            votes.AsSpan().Fill(7);
            expert.PredictThenTrain(features, label, weight, votes);
            foreach (double[] row in Rows(votes)) Assert.All(row[3..], vote => Assert.Equal(0, vote));
        }
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.1, true)]
    public void PredictThenTrain_AnyStream_SameBitsAsPredictFollowedByTrain(double missing, bool weighted)
    {
        IExpert together = Create(TestStream.Schema), apart = Create(TestStream.Schema);
        double[] features = new double[TestStream.AttributeCount], first = VotesOf(together), second = VotesOf(apart);
        TestStream stream = new(4) { Missing = missing, Weighted = weighted, LateFrom = 1500 };
        for (int i = 0; i < 3000; i++)
        {
            int label = stream.Next(features, out double weight);
            together.PredictThenTrain(features, label, weight, first);
            apart.Predict(features, second);
            apart.Train(features, label, weight);
            Assert.Equal(Bits(first), Bits(second));
        }
        Assert.Equal(Bytes(apart), Bytes(together));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(999)]
    [InlineData(2500)]
    public void Load_SavedInTheMiddle_GoesOnWithTheSameBits(int middle)
    {
        TestStream stream = new(5) { Missing = 0.03, Weighted = true, LateFrom = 2000 };
        IExpert original = Trained(middle, stream);
        byte[] saved = Bytes(original);
        IExpert restored = Trained(700, new TestStream(6));
        restored.Load(new StateReader(new MemoryStream(saved)));
        Assert.Equal(saved, Bytes(restored));
        Assert.Equal(original.ByteSize, restored.ByteSize);
        double[] features = new double[TestStream.AttributeCount], first = VotesOf(original), second = VotesOf(restored);
        for (int i = 0; i < 1500; i++)
        {
            int label = stream.Next(features, out double weight);
            original.PredictThenTrain(features, label, weight, first);
            restored.PredictThenTrain(features, label, weight, second);
            Assert.Equal(Bits(first), Bits(second));
        }
        Assert.Equal(Bytes(original), Bytes(restored));
        Assert.Equal(original.ByteSize, restored.ByteSize);
    }

    /// <summary>What a state was made for comes with it: it does not matter what is known when the expert is made that reads it.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(600)]
    public void Load_MadeForASchemaThatHasGrown_GoesOnWithTheSameBits(int middle)
    {
        Schema grown = new("test", TestStream.Schema.Attributes.Select(a => a.Domain is { } values ? SchemaAttribute.Nominal(a.Name, [.. values.Values, "p", "q", "r"]) : a),
            SchemaAttribute.Nominal("class", ["x", "y", "z", "p", "q"]));
        TestStream stream = new(16) { LateFrom = 1500 };
        IExpert original = Trained(middle, stream), restored = Create(grown);
        restored.Load(new StateReader(new MemoryStream(Bytes(original))));
        double[] features = new double[TestStream.AttributeCount], first = VotesOf(original), second = VotesOf(restored);
        for (int i = 0; i < 3000; i++)
        {
            // Labels that change places let what waits for a drift begin.
            int label = stream.Next(features, out double weight);
            if (i / 1000 == 1 && label < 3) label = (label + 1) % 3;
            original.PredictThenTrain(features, label, weight, first);
            restored.PredictThenTrain(features, label, weight, second);
            Assert.Equal(Bits(first), Bits(second));
            // Not at the end alone: two trees that take turns may be back in their places by then.
            if (i % 250 == 0) Assert.Equal(Bytes(original), Bytes(restored));
        }
    }

    [Fact]
    public void Load_CutShort_ThrowsStateFormatException()
    {
        byte[] saved = Bytes(Trained(600, new TestStream(7)));
        for (int length = 0; length < saved.Length; length += 1 + saved.Length / 200)
        {
            IExpert expert = Create(TestStream.Schema);
            Assert.Throws<StateFormatException>(() => expert.Load(new StateReader(new MemoryStream(saved, 0, length))));
        }
    }

    [Fact]
    public void Train_EverythingMissing_StillPredicts()
    {
        IExpert expert = Create(TestStream.Schema);
        double[] votes = VotesOf(expert), features = new double[TestStream.AttributeCount];
        features.AsSpan().Fill(double.NaN);
        expert.Predict(features, votes);
        for (int i = 0; i < 500; i++) expert.PredictThenTrain(features, i % 3, 1, votes);
        TestStream stream = new(8) { Missing = 0.7 };
        for (int i = 0; i < 1000; i++)
        {
            int label = stream.Next(features, out double weight);
            expert.PredictThenTrain(features, label, weight, votes);
            Assert.All(Rows(votes), row => Assert.InRange(Votes.ArgMax(row), 0, 2));
        }
    }

    [Fact]
    public void Train_LateClassesAndNominalValues_AreLearned()
    {
        IExpert expert = Create(TestStream.Schema);
        double[] features = new double[TestStream.AttributeCount], votes = VotesOf(expert);
        TestStream stream = new(9) { LateFrom = 400 };
        for (int i = 0; i < 3000; i++)
        {
            int label = stream.Next(features, out double weight);
            expert.PredictThenTrain(features, label, weight, votes);
        }
        for (int i = 0; i < 3000; i++) expert.Train(features, 20);
        expert.Predict(features, votes);
        Assert.All(Rows(votes), row => Assert.Equal(20, Votes.ArgMax(row)));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    public void Train_WeightNotPositive_ChangesNothing(double weight)
    {
        IExpert expert = Trained(500, new TestStream(10));
        byte[] before = Bytes(expert);
        double[] features = new double[TestStream.AttributeCount], votes = VotesOf(expert), expected = VotesOf(expert);
        TestStream stream = new(11);
        for (int i = 0; i < 20; i++)
        {
            stream.Next(features, out _);
            expert.Predict(features, expected);
            expert.Train(features, 2, weight);
            expert.PredictThenTrain(features, 1, weight, votes);
            Assert.Equal(Bits(expected), Bits(votes));
        }
        Assert.Equal(before, Bytes(expert));
    }

    [Fact]
    public void Train_SameSequenceTwice_GivesSameState()
    {
        TestStream Stream() => new(12) { Missing = 0.05, Weighted = true, LateFrom = 1000 };
        Assert.Equal(Bytes(Trained(2500, Stream())), Bytes(Trained(2500, Stream())));
    }

    [Fact]
    public void Predict_Steady_AllocatesNothing()
    {
        IExpert expert = Trained(3000, new TestStream(13));
        double[] features = new double[TestStream.AttributeCount], votes = VotesOf(expert);
        TestStream stream = new(14);
        for (int i = 0; i < 1000; i++)
        {
            stream.Next(features, out _);
            Assert.Equal(0, Allocation.Of(() => expert.Predict(features, votes)));
        }
    }

    [Fact]
    public void Train_Steady_AllocatesOnlyWhenItGrows()
    {
        TestStream stream = new(15);
        IExpert expert = Trained(3000, stream);
        double[] features = new double[TestStream.AttributeCount], votes = VotesOf(expert);
        // The least of three runs: the runtime itself now and then allocates on the thread, and what the expert allocates comes back in every run.
        int allocating = int.MaxValue;
        for (int run = 0; run < 3 && allocating > AllocatingInstancesAllowed; run++)
        {
            allocating = 0;
            for (int i = 0; i < 1000; i++)
            {
                int label = stream.Next(features, out double weight);
                long before = GC.GetAllocatedBytesForCurrentThread();
                if (i % 2 == 0) expert.Train(features, label, weight);
                else expert.PredictThenTrain(features, label, weight, votes);
                if (GC.GetAllocatedBytesForCurrentThread() != before) allocating++;
            }
        }
        Assert.InRange(allocating, 0, AllocatingInstancesAllowed);
    }

    private static double[] VotesOf(IExpert expert) => new double[expert.OutputCount * TestStream.VoteLength];

    private static IEnumerable<double[]> Rows(double[] votes) => votes.Chunk(TestStream.VoteLength);

    private static long[] Bits(double[] values) => [.. values.Select(BitConverter.DoubleToInt64Bits)];

    private static byte[] Bytes(IExpert expert)
    {
        using MemoryStream bytes = new();
        expert.Save(new StateWriter(bytes));
        return bytes.ToArray();
    }

    private IExpert Trained(int count, TestStream stream)
    {
        IExpert expert = Create(TestStream.Schema);
        double[] features = new double[TestStream.AttributeCount];
        for (int i = 0; i < count; i++)
        {
            int label = stream.Next(features, out double weight);
            expert.Train(features, label, weight);
        }
        return expert;
    }
}
