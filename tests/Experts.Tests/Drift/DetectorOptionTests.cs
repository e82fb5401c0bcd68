using StreamMoe.Experts.Drift;

namespace StreamMoe.Experts.Tests.Drift;

/// <summary>What the options that MOA does not have change.</summary>
public sealed class DetectorOptionTests
{
    [Theory]
    [InlineData("adwin", 0)]
    [InlineData("adwin:bothSides=true", 1)]
    [InlineData("page-hinkley:lambda=20", 0)]
    [InlineData("page-hinkley:lambda=20,bothSides=true", 1)]
    public void Update_MeanFalls_IsSignalledWhereAskedFor(string text, int least)
    {
        int drifts = DriftsOf(text, 4000, i => (i < 2000 ? 1.0 : 0.0) + 0.1 * Math.Sin(i));
        Assert.InRange(drifts, least, least == 0 ? 0 : 60);
        Assert.NotEqual(0, DriftsOf(text, 4000, i => (i < 2000 ? 0.0 : 1.0) + 0.1 * Math.Sin(i)));
    }

    [Theory, InlineData(0), InlineData(1)]
    public void Stepd_EqualInputs_AreNoDriftUnlessAskedFor(int value)
    {
        Assert.Equal(0, DriftsOf("stepd", 20_000, _ => value));
        Assert.Equal(333, DriftsOf("stepd:constantIsDrift=true", 20_000, _ => value));
        Assert.Equal(1, DriftsOf("stepd", 400, i => i < 200 ? 1 - value : value));
    }

    [Fact]
    public void Eddm_Options_AreThoseOfTheDefaultsAndChangeIt()
    {
        double Errors(int i) => i % (i < 3000 ? 10 : 9) == 0 ? 1 : 0;
        int plain = DriftsOf("eddm", 6000, Errors);
        Assert.Equal(plain, DriftsOf("eddm:minNumInstances=30,minNumErrors=30,warningLevel=0.95,driftLevel=0.9", 6000, Errors));
        Assert.NotEqual(0, plain);
        Assert.Equal(0, DriftsOf("eddm:driftLevel=0.5", 6000, Errors));
        Assert.Equal(0, DriftsOf("eddm:minNumErrors=5000", 6000, Errors));
        Assert.Contains("driftLevel was 0.96; must be at most warningLevel, 0.95.", Assert.Throws<Streams.Options.OptionException>(() => DetectorCatalogue.Parse("eddm:driftLevel=0.96")).Message);
    }

    private static int DriftsOf(string text, int inputs, Func<int, double> value)
    {
        IDriftDetector detector = DetectorCatalogue.Parse(text).CreateDetector();
        int drifts = 0;
        for (int i = 0; i < inputs; i++)
            if (detector.Update(value(i)) == DriftSignal.Drift) drifts++;
        return drifts;
    }
}
