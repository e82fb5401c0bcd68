using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Inputs;
using StreamMoe.Experts.State;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;
using StreamMoe.Tests.Common;

namespace StreamMoe.Experts.Tests.Drift;

public sealed class InputDriftDetectorTests
{
    private const int Numeric = 8;
    private const int Attributes = 10;

    /// <summary>Eight numeric and two nominal attributes.</summary>
    private static readonly Schema Schema = new("test",
        [.. Enumerable.Range(0, Numeric).Select(i => SchemaAttribute.Numeric($"n{i}")), SchemaAttribute.Nominal("c0", ["a", "b", "c"]), SchemaAttribute.Nominal("c1", ["a", "b", "c"])],
        SchemaAttribute.Nominal("class", ["0", "1"]));

    [Theory]
    [InlineData("mean of one numeric attribute", 3)]
    [InlineData("spread of one numeric attribute", 5)]
    [InlineData("one sensor fails", 2)]
    [InlineData("frequencies of one nominal attribute", 8)]
    [InlineData("new value of one nominal attribute", 9)]
    public void Update_OneAttributeChanges_SignalsDriftInTimeAndNamesIt(string change, int attribute)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            InputDriftDetector detector = new(Schema);
            UniformNumbers random = new(seed);
            double[] x = new double[Attributes];
            for (int i = 0; i < 1_000; i++)
            {
                Fill(x, ref random);
                Assert.NotEqual(DriftSignal.Drift, detector.Update(x));
            }
            int delay = 0;
            DriftSignal signal;
            do
            {
                Fill(x, ref random);
                x[attribute] = change switch
                {
                    "mean of one numeric attribute" => x[attribute] + 0.4,
                    "spread of one numeric attribute" => 0.5 + (x[attribute] - 0.5) * 3,
                    "one sensor fails" => random.NextDouble() < 0.3 ? double.NaN : x[attribute],
                    "frequencies of one nominal attribute" => random.NextDouble() < 0.7 ? 0 : x[attribute],
                    _ => random.NextDouble() < 0.2 ? 3 : x[attribute],
                };
                signal = detector.Update(x);
                delay++;
            }
            while (signal != DriftSignal.Drift && delay < 400);
            Assert.InRange(delay, 1, 300);
            Assert.Equal([attribute], Enumerable.Range(0, Attributes).Where(a => detector.AdjustedPValues[a] <= 1e-4));
        }
    }

    [Fact]
    public void Update_AfterADrift_TheNewDistributionIsTheReference()
    {
        InputDriftDetector detector = new(Schema);
        UniformNumbers random = new(4);
        double[] x = new double[Attributes];
        List<int> drifts = [];
        for (int i = 0; i < 4_000; i++)
        {
            Fill(x, ref random);
            if (i >= 1_200) x[0] += 5;
            if (detector.Update(x) == DriftSignal.Drift) drifts.Add(i);
        }
        Assert.InRange(drifts.Count, 1, 2); // the second when the first reference after the drift was still mixed
        Assert.InRange(drifts[0], 1_200, 1_400);
    }

    /// <summary>The level holds over all ten attributes together, not for each of them.</summary>
    [Fact]
    public void Update_FirstTestOnStationaryInputs_KeepsTheFamilyWiseLevel()
    {
        InputDriftOptions options = new() { WindowSize = 50, TestInterval = 50, AlphaDrift = 0.05, AlphaWarning = 0.05 };
        InputDriftDetector detector = new(Schema, options);
        UniformNumbers random = new(5);
        double[] x = new double[Attributes];
        const int Trials = 2_000;
        int alarms = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            detector.Reset();
            for (int i = 0; i < 100; i++)
            {
                Fill(x, ref random);
                if (detector.Update(x) == DriftSignal.Drift) alarms++;
            }
        }
        // Both tests are discrete and so a little below their level; ten uncorrected ones would alarm in 40 % of the trials.
        Assert.InRange(alarms / (double)Trials, 0.005, 0.05 + 3 * Math.Sqrt(0.05 * 0.95 / Trials));
    }

    [Fact]
    public void Update_HundredThousandStationaryInstances_RaisesAtMostTwoFalseAlarms()
    {
        InputDriftDetector detector = new(Schema);
        UniformNumbers random = new(6);
        double[] x = new double[Attributes];
        int drifts = 0;
        for (int i = 0; i < 100_000; i++)
        {
            Fill(x, ref random);
            if (detector.Update(x) == DriftSignal.Drift) drifts++;
            Assert.InRange(detector.ByteSize, 1, 16 + 8 * Attributes * (1 + 2 * 200));
        }
        Assert.InRange(drifts, 0, 2);
    }

    [Fact]
    public void SaveLoad_MidStream_SameBytesAndSameFuture()
    {
        InputDriftOptions options = new() { WindowSize = 30, TestInterval = 20 };
        foreach (int k in (int[])[0, 7, 30, 45, 61, 300])
        {
            InputDriftDetector a = new(Schema, options), b = new(Schema, options);
            UniformNumbers random = new(7);
            double[] x = new double[Attributes];
            for (int i = 0; i < k; i++)
            {
                Fill(x, ref random);
                a.Update(x);
            }
            byte[] saved = Bytes(a);
            b.Persist(new StateReader(new MemoryStream(saved)));
            Assert.Equal(saved, Bytes(b));
            for (int i = 0; i < 500; i++)
            {
                Fill(x, ref random);
                x[1] += i * 0.002;
                Assert.Equal(a.Update(x), b.Update(x));
                Assert.Equal(a.AdjustedPValues, b.AdjustedPValues);
            }
            Assert.Equal(Bytes(a), Bytes(b));
            for (int length = 0; length < saved.Length; length += 97)
                Assert.Throws<StateFormatException>(() => new InputDriftDetector(Schema, options).Persist(new StateReader(new MemoryStream(saved, 0, length))));
            a.Reset();
            Assert.Equal(Bytes(new InputDriftDetector(Schema, options)), Bytes(a));
        }
    }

    [Fact]
    public void Update_SteadyPath_AllocatesNothing()
    {
        InputDriftDetector detector = new(Schema);
        UniformNumbers random = new(8);
        double[] x = new double[Attributes];
        Run();
        Assert.Equal(0, Allocation.Of(Run));

        void Run()
        {
            for (int i = 0; i < 4_000; i++)
            {
                Fill(x, ref random);
                if (i > 2_000) x[0] += 1;
                detector.Update(x);
            }
        }
    }

    [Fact]
    public void Update_WrongLengthOrFaultyOptions_SaysWhatIsAllowed()
    {
        Assert.StartsWith("expected 10 features, found 3.", Assert.Throws<ArgumentException>(() => new InputDriftDetector(Schema).Update([1, 2, 3])).Message);
        OptionException e = Assert.Throws<OptionException>(() => new InputDriftDetector(Schema, new InputDriftOptions { WindowSize = 5, AlphaDrift = 0 }));
        Assert.Equal(2, e.Faults.Count);
        Assert.Throws<OptionException>(() => new InputDriftDetector(Schema, new InputDriftOptions { AlphaDrift = 0.01, AlphaWarning = 0.005 }));
    }

    private static void Fill(double[] x, ref UniformNumbers random)
    {
        for (int a = 0; a < Numeric; a++) x[a] = random.NextDouble();
        for (int a = Numeric; a < Attributes; a++) x[a] = Math.Floor(random.NextDouble() * 3);
    }

    private static byte[] Bytes(InputDriftDetector detector)
    {
        MemoryStream stream = new();
        detector.Persist(new StateWriter(stream));
        return stream.ToArray();
    }
}
