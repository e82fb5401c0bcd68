using StreamMoe.Experts.Drift;
using StreamMoe.Experts.State;
using StreamMoe.Tests.Common;

namespace StreamMoe.Experts.Tests.Drift;

/// <summary>A number in a detector's state that is never written there is refused, or does no harm: the detector goes on, and says numbers.</summary>
public sealed class ForgedDetectorStateTests
{
    public static TheoryData<string> Detectors => [.. DetectorCatalogue.Names];

    [Theory]
    [MemberData(nameof(Detectors))]
    public void Load_OneNumberForged_RefusedOrHarmless(string name)
    {
        IDriftDetector detector = DetectorCatalogue.Create(name, []);
        Random random = new(1);
        for (int i = 0; i < 700; i++) detector.Update(random.Next(5) == 0 ? 1 : 0);
        ForgedStates states = new();
        detector.Persist(new StateWriter(states));
        int refused = 0, nan = 0;
        foreach ((string what, byte[] state) in states.Each())
        {
            IDriftDetector forged = DetectorCatalogue.Create(name, []);
            try
            {
                forged.Persist(new StateReader(new MemoryStream(state)));
            }
            catch (StateFormatException)
            {
                refused++;
                continue;
            }
            for (int i = 0; i < 300; i++)
            {
                DriftSignal signal = forged.Update(i % 7 == 0 ? 1 : 0);
                Assert.True(Enum.IsDefined(signal), what);
            }
            if (what.EndsWith("7FF8000000000000", StringComparison.Ordinal) || what.EndsWith("FFF8000000000000", StringComparison.Ordinal)) nan++;
        }
        // The four words of a random source may be any.
        Assert.True(refused > 0 && nan <= (name == "kswin" ? 4 : 0), $"{refused} refused, {nan} with NaN taken");
    }
}
