using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Charts;
using StreamMoe.Experts.Drift.Windows;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Tests.Drift;

public sealed class DetectorCatalogueTests
{
    [Fact]
    public void Options_UnknownDetector_ListsTheKnownOnes()
    {
        string message = Assert.Throws<OptionException>(() => DetectorCatalogue.Create("adwim")).Message;
        Assert.StartsWith("there is no detector 'adwim'. Did you mean 'adwin'? Detectors: adwin, ddm,", message);
        Assert.Throws<OptionException>(() => DetectorCatalogue.Describe("x"));
    }

    [Fact]
    public void Options_SeveralFaults_NamesAllOfThemAtOnce()
    {
        string message = Assert.Throws<OptionException>(() => DetectorCatalogue.Parse("ddm:warningLevel=5,outcontrolLevel=two,delta=1,minNumInstances=-3")).Message;
        Assert.Contains("warningLevel was 5; must be a number in [1, 4].", message);
        Assert.Contains("outcontrolLevel was 'two'; must be a number in [1, 5].", message);
        Assert.Contains("minNumInstances was -3; must be an integer in [0, 2147483647].", message);
        Assert.Contains("detector ddm has no option 'delta'. Its options: minNumInstances, warningLevel, outcontrolLevel.", message);
    }

    [Fact]
    public void New_OptionsOutOfRange_NamesAllOfThem()
    {
        string message = Assert.Throws<OptionException>(() => new Ddm(new DdmOptions { WarningLevel = 0.5, OutcontrolLevel = double.NaN })).Message;
        Assert.Contains("warningLevel was 0.5; must be a number in [1, 4].", message);
        Assert.Contains("outcontrolLevel was NaN; must be a number in [1, 5].", message);
    }

    [Theory]
    [InlineData("adwin:", "'' was found where option=value must be")]
    [InlineData("adwin:deltaAdwin", "'deltaAdwin' was found")]
    [InlineData("adwin:deltaAdwin=0.1,deltaAdwin=0.2", "detector adwin: deltaAdwin is given twice; must be given once.")]
    [InlineData("hddm-a:typeOfTest=both", "must be one of one-sided, two-sided")]
    [InlineData("fhddm:confidenceLevel=0", "confidenceLevel was 0; must be a number in (0, 1].")]
    [InlineData("fhddm:shortWindowSize=101", "shortWindowSize was 101; must be at most slidingWindowSize, 100.")]
    [InlineData("kswin:statSize=51", "statSize was 51; must be at most half of windowSize, 50.")]
    public void Parse_Malformed_SaysWhatIsAllowed(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<OptionException>(() => DetectorCatalogue.Parse(text)).Message);

    [Fact]
    public void Parse_GoodText_GivesTheOptions()
    {
        Assert.Equal(new AdwinOptions { DeltaAdwin = 0.01 }, DetectorCatalogue.Parse("adwin:deltaAdwin=0.01"));
        Assert.Equal(new HddmAOptions { TypeOfTest = DriftTestSides.OneSided }, DetectorCatalogue.Parse("hddm-a: typeOfTest = One-sided"));
        Assert.Equal(new DdmOptions(), DetectorCatalogue.Parse("ddm"));
        Assert.Equal(new KswinOptions { KeepRecent = false, Seed = -4, Criterion = KswinCriterion.Asymptotic },
            DetectorCatalogue.Parse("kswin:keepRecent=false,seed=-4,criterion=asymptotic"));
    }
}
