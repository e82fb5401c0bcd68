using StreamMoe.Experts.Drift;
using StreamMoe.Experts.State;
using StreamMoe.Tests.Common;

namespace StreamMoe.Experts.Tests.Drift;

/// <summary>What every drift detector keeps to, for each of <see cref="DetectorCases"/>.</summary>
public sealed class DriftDetectorContractTests
{
    private const double Stationary = 0.2;
    private const double AfterStep = 0.6;
    private const int StepAt = 5_000;

    public static TheoryData<string> Detectors => new(DetectorCases.All.Select(c => c.Text));

    [Theory, MemberData(nameof(Detectors))]
    public void Describe_OptionNames_AreTheSpecifications(string text)
    {
        DetectorCase detector = DetectorCases.Of(text);
        string found = string.Join(' ', DetectorCatalogue.Describe(detector.Name).Select(o => o.Name));
        Assert.Equal(detector.OptionNames ?? found, found);
    }

    [Theory, MemberData(nameof(Detectors))]
    public void Update_SameInputs_SameSignalsAndBytes(string text)
    {
        IDriftDetector a = DetectorCases.Of(text).Create(), b = DetectorCases.Of(text).Create();
        foreach (double error in Errors(1, 20_000))
            Assert.Equal((a.Update(error), a.Estimation), (b.Update(error), b.Estimation));
        Assert.Equal(Bytes(a), Bytes(b));
    }

    [Theory, MemberData(nameof(Detectors))]
    public void SaveLoad_MidStream_SameBytesAndSameFuture(string text)
    {
        double[] errors = Errors(2, 12_000);
        foreach (int k in (int[])[0, 1, 29, 500, StepAt + 40, 7_777])
        {
            IDriftDetector a = DetectorCases.Of(text).Create(), b = DetectorCases.Of(text).Create();
            for (int i = 0; i < k; i++) a.Update(errors[i]);
            byte[] saved = Bytes(a);
            b.Update(1); // what was there before is replaced
            b.Persist(new StateReader(new MemoryStream(saved)));
            Assert.Equal(saved, Bytes(b));
            Assert.Equal((a.Estimation, a.ByteSize), (b.Estimation, b.ByteSize));
            for (int i = k; i < errors.Length; i++)
                Assert.Equal((i, a.Update(errors[i]), a.Estimation), (i, b.Update(errors[i]), b.Estimation));
            Assert.Equal(Bytes(a), Bytes(b));
        }
    }

    [Theory, MemberData(nameof(Detectors))]
    public void Load_CutBytes_ThrowsStateFormat(string text)
    {
        IDriftDetector detector = DetectorCases.Of(text).Create();
        foreach (double error in Errors(3, 1_000)) detector.Update(error);
        byte[] saved = Bytes(detector);
        for (int length = 0; length < saved.Length; length += Math.Max(1, saved.Length / 50))
            Assert.Throws<StateFormatException>(() => DetectorCases.Of(text).Create().Persist(new StateReader(new MemoryStream(saved, 0, length))));
    }

    [Theory, MemberData(nameof(Detectors))]
    public void Reset_AfterInputs_LeavesTheStateOfANewDetector(string text)
    {
        IDriftDetector detector = DetectorCases.Of(text).Create();
        byte[] fresh = Bytes(detector);
        Assert.Equal(0, detector.Estimation);
        foreach (double error in Errors(4, 6_000)) detector.Update(error);
        Assert.NotEqual(fresh, Bytes(detector));
        detector.Reset();
        Assert.Equal(fresh, Bytes(detector));
        Assert.Equal(0, detector.Estimation);
    }

    [Theory, MemberData(nameof(Detectors))]
    public void Update_OneMillionInputs_StaysWithinTheDocumentedMemory(string text)
    {
        IDriftDetector stationary = DetectorCases.Of(text).Create(), changing = DetectorCases.Of(text).Create();
        UniformNumbers random = new(5);
        for (int i = 0; i < 1_000_000; i++)
        {
            double u = random.NextDouble();
            stationary.Update(u < Stationary ? 1 : 0);
            changing.Update(u < 0.1 + 0.8 * (i / 10_000 % 2) ? 1 : 0);
            if (i % 1_000 == 0)
                Assert.InRange(Math.Max(stationary.ByteSize, changing.ByteSize), 1, DetectorCases.Of(text).MaximumByteSize);
        }
    }

    [Theory, MemberData(nameof(Detectors))]
    public void Update_StationaryErrors_RaisesFewFalseAlarms(string text)
    {
        IDriftDetector detector = DetectorCases.Of(text).Create();
        UniformNumbers random = new(6);
        int drifts = 0;
        for (int i = 0; i < 100_000; i++)
            if (detector.Update(random.NextDouble() < Stationary ? 1 : 0) == DriftSignal.Drift) drifts++;
        Assert.InRange(drifts, 0, DetectorCases.Of(text).MaximumFalseAlarms);
    }

    [Theory, MemberData(nameof(Detectors))]
    public void Update_ErrorRateStepsUp_SignalsDriftInTime(string text)
    {
        int most = DetectorCases.Of(text).MaximumDelay;
        for (ulong seed = 7; seed < 17; seed++)
        {
            IDriftDetector detector = DetectorCases.Of(text).Create();
            UniformNumbers random = new(seed);
            for (int i = 0; i < StepAt; i++) detector.Update(random.NextDouble() < Stationary ? 1 : 0);
            int delay = 1;
            while (detector.Update(random.NextDouble() < AfterStep ? 1 : 0) != DriftSignal.Drift && delay <= most) delay++;
            Assert.InRange(delay, 1, most);
        }
    }

    [Theory, MemberData(nameof(Detectors))]
    public void Update_NotANumber_IsRefusedAndLeavesTheState(string text)
    {
        foreach (double value in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity])
        {
            IDriftDetector detector = DetectorCases.Of(text).Create();
            foreach (double error in Errors(8, 300)) detector.Update(error);
            byte[] before = Bytes(detector);
            ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(() => detector.Update(value));
            Assert.StartsWith($"Detector input was {value}; must be ", e.Message);
            Assert.Equal(before, Bytes(detector));
        }
    }

    [Theory, MemberData(nameof(Detectors))]
    public void Update_SteadyPath_AllocatesNothing(string text)
    {
        IDriftDetector detector = DetectorCases.Of(text).Create();
        double[] errors = Errors(9, 20_000);
        foreach (double error in errors) detector.Update(error);
        double sum = 0;
        Assert.Equal(0, Allocation.Of(() =>
        {
            foreach (double error in errors)
            {
                detector.Update(error);
                sum += detector.Estimation + detector.ByteSize;
            }
        }));
        Assert.True(sum > 0);
    }

    private static double[] Errors(ulong seed, int count)
    {
        UniformNumbers random = new(seed);
        double[] errors = new double[count];
        for (int i = 0; i < count; i++) errors[i] = random.NextDouble() < (i / StepAt % 2 == 0 ? Stationary : AfterStep) ? 1 : 0;
        return errors;
    }

    private static byte[] Bytes(IDriftDetector detector)
    {
        MemoryStream stream = new();
        detector.Persist(new StateWriter(stream));
        return stream.ToArray();
    }
}
