using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.Experts.State;
using StreamMoe.Tests.Common;

namespace StreamMoe.DriftMoe.Tests.Evaluation;

public sealed class EvaluatorTests
{
    [Fact]
    public void Snapshot_NoResults_AllRatiosAreNull()
    {
        foreach (EvaluationSnapshot s in (EvaluationSnapshot[])[new PrequentialEvaluator(3).Snapshot(), new WindowEvaluator(10, 3).Snapshot(), new PrequentialEvaluator().Snapshot()])
        {
            Assert.Equal(0, s.Results);
            Assert.All([s.Accuracy, s.Kappa, s.KappaM, s.KappaT, s.MacroPrecision, s.MacroRecall, s.MacroF1, s.GMean, s.BalancedAccuracy, s.PrAuc, .. s.Precision, .. s.Recall, .. s.F1],
                v => Assert.Null(v));
        }
    }

    [Fact]
    public void Add_ClassesComeAtRunTime_MeasuresEqualThoseOfClassesKnownBeforehand()
    {
        PrequentialEvaluator growing = new(), known = new(7);
        WindowEvaluator growingWindow = new(20), knownWindow = new(20, 7);
        Random random = new(1);
        for (int t = 0; t < 200; t++)
        {
            int label = random.Next(1 + Math.Min(6, t / 10)), prediction = random.Next(1 + Math.Min(6, t / 10));
            growing.Add(label, prediction);
            known.Add(label, prediction);
            growingWindow.Add(label, prediction);
            knownWindow.Add(label, prediction);
        }
        Snapshots.AssertEqual(known.Snapshot(), growing.Snapshot(), 0);
        Snapshots.AssertEqual(knownWindow.Snapshot(), growingWindow.Snapshot(), 0);
        Assert.Equal(7, growing.ClassCount);
    }

    [Theory]
    [InlineData(-1, 0, 1.0, "label")]
    [InlineData(0, -1, 1.0, "prediction")]
    [InlineData(0, 0, -0.5, "weight")]
    [InlineData(0, 0, double.NaN, "weight")]
    [InlineData(0, 0, double.PositiveInfinity, "weight")]
    public void Add_OutOfRange_ThrowsAndAddsNothing(int label, int prediction, double weight, string parameter)
    {
        PrequentialEvaluator cumulative = new();
        WindowEvaluator window = new(5);
        Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(() => cumulative.Add(label, prediction, weight)).ParamName);
        Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(() => window.Add(label, prediction, weight)).ParamName);
        Assert.Equal((0, 0), (cumulative.ClassCount, window.ClassCount));
    }

    [Fact]
    public void SaveLoad_AtAnyPoint_SameBytesAndSameFuture()
    {
        foreach (int k in (int[])[0, 1, 30, 137])
        {
            PrequentialEvaluator a = new(2), b = new();
            WindowEvaluator wa = new(50, 2), wb = new(50);
            AddRandom(a, wa, seed: 5, count: k);
            b.Load(new StateReader(new MemoryStream(Bytes(a.Save))));
            wb.Load(new StateReader(new MemoryStream(Bytes(wa.Save))));
            Assert.Equal(Bytes(a.Save), Bytes(b.Save));
            Assert.Equal(Bytes(wa.Save), Bytes(wb.Save));
            AddRandom(a, wa, seed: 6, count: 200);
            AddRandom(b, wb, seed: 6, count: 200);
            Assert.Equal(Bytes(a.Save), Bytes(b.Save));
            Assert.Equal(Bytes(wa.Save), Bytes(wb.Save));
        }
    }

    [Fact]
    public void Load_OtherWindowSizeOrCutBytes_SaysWhatIsWrong()
    {
        WindowEvaluator saved = new(50, 2);
        byte[] bytes = Bytes(saved.Save);
        Assert.Contains("must have 49", Assert.Throws<StateFormatException>(() => new WindowEvaluator(49).Load(new StateReader(new MemoryStream(bytes)))).Message);
        Assert.Throws<StateFormatException>(() => new WindowEvaluator(50).Load(new StateReader(new MemoryStream(bytes, 0, bytes.Length - 1))));
        Assert.Throws<StateFormatException>(() => new PrequentialEvaluator().Load(new StateReader(new MemoryStream(bytes))));
    }

    [Fact]
    public void Add_KnownClasses_AllocatesNothing()
    {
        PrequentialEvaluator cumulative = new(4);
        WindowEvaluator window = new(100, 4);
        AddRandom(cumulative, window, seed: 1, count: 500);
        Random random = new(2);
        double? sum = 0;
        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int t = 0; t < 1000; t++)
            {
                cumulative.Add(random.Next(4), random.Next(4));
                window.Add(random.Next(4), random.Next(4));
                sum += window.Accuracy + window.KappaM + cumulative.Kappa + cumulative.KappaT;
            }
        }));
        Assert.NotNull(sum);
    }

    private static void AddRandom(PrequentialEvaluator cumulative, WindowEvaluator window, int seed, int count)
    {
        Random random = new(seed);
        for (int t = 0; t < count; t++)
        {
            int label = random.Next(4), prediction = random.Next(4), weight = random.Next(3);
            cumulative.Add(label, prediction, weight);
            window.Add(label, prediction, weight);
        }
    }

    private static byte[] Bytes(Action<StateWriter> save)
    {
        MemoryStream stream = new();
        save(new StateWriter(stream));
        return stream.ToArray();
    }
}
