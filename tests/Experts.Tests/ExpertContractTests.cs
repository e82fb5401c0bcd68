using StreamMoe.Experts.State;
using StreamMoe.Streams;
using StreamMoe.Tests.Common;

namespace StreamMoe.Experts.Tests;

/// <summary>What every expert must do, for each of <see cref="ExpertCases"/>.</summary>
public sealed class ExpertContractTests
{
    public static TheoryData<string> Experts => new(ExpertCases.All);

    [Theory, MemberData(nameof(Experts))]
    public void Predict_Trained_LeavesStateUntouched(string text)
    {
        IExpert expert = Trained(text, 1500, new TestStream(1) { Missing = 0.05 });
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

    [Theory, MemberData(nameof(Experts))]
    public void Predict_LongBuffer_ClearsEntriesOfUnknownClasses(string text)
    {
        IExpert expert = ExpertCases.Create(text, TestStream.Schema);
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

    [Theory, MemberData(nameof(Experts))]
    public void PredictThenTrain_AnyStream_SameBitsAsPredictFollowedByTrain(string text)
    {
        foreach ((double missing, bool weighted) in ((double, bool)[])[(0, false), (0.1, true)])
        {
            IExpert together = ExpertCases.Create(text, TestStream.Schema), apart = ExpertCases.Create(text, TestStream.Schema);
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
    }

    [Theory, MemberData(nameof(Experts))]
    public void Load_SavedInTheMiddle_GoesOnWithTheSameBits(string text)
    {
        foreach (int middle in (int[])[0, 1, 999, 2500])
        {
            TestStream stream = new(5) { Missing = 0.03, Weighted = true, LateFrom = 2000 };
            IExpert original = Trained(text, middle, stream);
            byte[] saved = Bytes(original);
            IExpert restored = Trained(text, 700, new TestStream(6));
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
    }

    /// <summary>What a state was made for comes with it: it does not matter what is known when the expert is made that reads it.</summary>
    [Theory, MemberData(nameof(Experts))]
    public void Load_MadeForASchemaThatHasGrown_GoesOnWithTheSameBits(string text)
    {
        foreach (int middle in (int[])[0, 600])
        {
            Schema grown = new("test", TestStream.Schema.Attributes.Select(a => a.Domain is { } values ? SchemaAttribute.Nominal(a.Name, [.. values.Values, "p", "q", "r"]) : a),
                SchemaAttribute.Nominal("class", ["x", "y", "z", "p", "q"]));
            TestStream stream = new(16) { LateFrom = 1500 };
            IExpert original = Trained(text, middle, stream), restored = ExpertCases.Create(text, grown);
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
    }

    [Theory, MemberData(nameof(Experts))]
    public void Load_CutShort_ThrowsStateFormatException(string text)
    {
        byte[] saved = Bytes(Trained(text, 600, new TestStream(7)));
        for (int length = 0; length < saved.Length; length += 1 + saved.Length / 200)
        {
            IExpert expert = ExpertCases.Create(text, TestStream.Schema);
            Assert.Throws<StateFormatException>(() => expert.Load(new StateReader(new MemoryStream(saved, 0, length))));
        }
    }

    [Theory, MemberData(nameof(Experts))]
    public void Train_EverythingMissing_StillPredicts(string text)
    {
        IExpert expert = ExpertCases.Create(text, TestStream.Schema);
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

    [Theory, MemberData(nameof(Experts))]
    public void Train_LateClassesAndNominalValues_AreLearned(string text)
    {
        IExpert expert = ExpertCases.Create(text, TestStream.Schema);
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

    [Theory, MemberData(nameof(Experts))]
    public void Train_WeightNotPositive_ChangesNothing(string text)
    {
        foreach (double notPositive in (double[])[0, -1])
        {
            IExpert expert = Trained(text, 500, new TestStream(10));
            byte[] before = Bytes(expert);
            double[] features = new double[TestStream.AttributeCount], votes = VotesOf(expert), expected = VotesOf(expert);
            TestStream stream = new(11);
            for (int i = 0; i < 20; i++)
            {
                stream.Next(features, out _);
                expert.Predict(features, expected);
                expert.Train(features, 2, notPositive);
                expert.PredictThenTrain(features, 1, notPositive, votes);
                Assert.Equal(Bits(expected), Bits(votes));
            }
            Assert.Equal(before, Bytes(expert));
        }
    }

    [Theory, MemberData(nameof(Experts))]
    public void Train_SameSequenceTwice_GivesSameState(string text)
    {
        TestStream Stream() => new(12) { Missing = 0.05, Weighted = true, LateFrom = 1000 };
        Assert.Equal(Bytes(Trained(text, 2500, Stream())), Bytes(Trained(text, 2500, Stream())));
    }

    [Theory, MemberData(nameof(Experts))]
    public void Predict_Steady_AllocatesNothing(string text)
    {
        IExpert expert = Trained(text, 3000, new TestStream(13));
        double[] features = new double[TestStream.AttributeCount], votes = VotesOf(expert);
        TestStream stream = new(14);
        for (int i = 0; i < 1000; i++)
        {
            stream.Next(features, out _);
            Assert.Equal(0, Allocation.Of(() => expert.Predict(features, votes)));
        }
    }

    [Theory, MemberData(nameof(Experts))]
    public void Train_Steady_AllocatesOnlyWhenItGrows(string text)
    {
        TestStream stream = new(15);
        IExpert expert = Trained(text, 3000, stream);
        double[] features = new double[TestStream.AttributeCount], votes = VotesOf(expert);
        // The least of three runs: the runtime itself now and then allocates on the thread, and what the expert allocates comes back in every run.
        int allowed = ExpertCases.AllocatingInstancesAllowed(text), allocating = int.MaxValue;
        for (int run = 0; run < 3 && allocating > allowed; run++)
        {
            allocating = 0;
            for (int i = 0; i < 1000; i++)
            {
                int label = stream.Next(features, out double weight);
                long size = expert.ByteSize, before = GC.GetAllocatedBytesForCurrentThread();
                if (i % 2 == 0) expert.Train(features, label, weight);
                else expert.PredictThenTrain(features, label, weight, votes);
                if (GC.GetAllocatedBytesForCurrentThread() != before && expert.ByteSize == size) allocating++;
            }
        }
        Assert.InRange(allocating, 0, allowed);
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

    private static IExpert Trained(string text, int count, TestStream stream)
    {
        IExpert expert = ExpertCases.Create(text, TestStream.Schema);
        double[] features = new double[TestStream.AttributeCount];
        for (int i = 0; i < count; i++)
        {
            int label = stream.Next(features, out double weight);
            expert.Train(features, label, weight);
        }
        return expert;
    }
}
