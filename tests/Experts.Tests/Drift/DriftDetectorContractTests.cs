using StreamMoe.Experts.Drift;

namespace StreamMoe.Experts.Tests.Drift;

public sealed class AdwinContractTests : DriftDetectorContract
{
    protected override string Text => "adwin";
    protected override string OptionNames => "deltaAdwin bothSides";
    protected override int MaximumFalseAlarms => 2;
    protected override int MaximumDelay => 96;
    protected override long MaximumByteSize => 6 * (1 + 20) * 16 + 200;
}

/// <summary>Slow after a long stable phase: the minimum it compares with comes from few inputs.</summary>
public sealed class DdmContractTests : DriftDetectorContract
{
    protected override string Text => "ddm";
    protected override string OptionNames => "minNumInstances warningLevel outcontrolLevel";
    protected override int MaximumFalseAlarms => 2;
    protected override int MaximumDelay => 2_000;
    protected override long MaximumByteSize => 49;
}

public sealed class EddmContractTests : DriftDetectorContract
{
    protected override string Text => "eddm";
    protected override string OptionNames => "minNumInstances minNumErrors warningLevel driftLevel";
    protected override int MaximumFalseAlarms => 60;
    protected override int MaximumDelay => 500;
    protected override long MaximumByteSize => 50;
}

public sealed class HddmAContractTests : DriftDetectorContract
{
    protected override string Text => "hddm-a";
    protected override string OptionNames => "driftConfidence warningConfidence typeOfTest";
    protected override int MaximumFalseAlarms => 2;
    protected override int MaximumDelay => 200;
    protected override long MaximumByteSize => 72;
}

public sealed class HddmWContractTests : DriftDetectorContract
{
    protected override string Text => "hddm-w:typeOfTest=Two-sided";
    protected override string OptionNames => "driftConfidence warningConfidence lambda typeOfTest";
    protected override int MaximumFalseAlarms => 25;
    protected override int MaximumDelay => 60;
    protected override long MaximumByteSize => 104;
}

public sealed class PageHinkleyContractTests : DriftDetectorContract
{
    protected override string Text => "page-hinkley";
    protected override string OptionNames => "minNumInstances delta lambda alpha bothSides";
    protected override int MaximumFalseAlarms => 2;
    protected override int MaximumDelay => 300;
    protected override long MaximumByteSize => 33;
}

public sealed class CusumContractTests : DriftDetectorContract
{
    protected override string Text => "cusum";
    protected override string OptionNames => "minNumInstances delta lambda";
    protected override int MaximumFalseAlarms => 4;
    protected override int MaximumDelay => 200;
    protected override long MaximumByteSize => 33;
}

public sealed class EwmaChartContractTests : DriftDetectorContract
{
    protected override string Text => "ewma";
    protected override string OptionNames => "minNumInstances lambda";
    protected override int MaximumFalseAlarms => 350;
    protected override int MaximumDelay => 60;
    protected override long MaximumByteSize => 33;
}

/// <summary>With the default λ = 1 the statistic of 0/1 inputs, below 1, never reaches the threshold.</summary>
public sealed class GeometricMovingAverageContractTests : DriftDetectorContract
{
    protected override string Text => "geometric-ma:lambda=0.2";
    protected override string OptionNames => "minNumInstances lambda alpha";
    protected override int MaximumFalseAlarms => 2;
    protected override int MaximumDelay => 150;
    protected override long MaximumByteSize => 33;
}

public sealed class RddmContractTests : DriftDetectorContract
{
    protected override string Text => "rddm";
    protected override string OptionNames => "minNumInstances warningLevel driftLevel maxSizeConcept minSizeStableConcept warnLimit";
    protected override int MaximumFalseAlarms => 25;
    protected override int MaximumDelay => 200;
    protected override long MaximumByteSize => 7_000 + 90;
}

public sealed class StepdContractTests : DriftDetectorContract
{
    protected override string Text => "stepd";
    protected override string OptionNames => "windowSize alphaDrift alphaWarning constantIsDrift";
    protected override int MaximumFalseAlarms => 50;
    protected override int MaximumDelay => 60;
    protected override long MaximumByteSize => 30 + 29;
}

public sealed class SeedContractTests : DriftDetectorContract
{
    protected override string Text => "seed";
    protected override string OptionNames => "delta blockSize epsilonPrime alpha compressTerm";
    protected override int MaximumFalseAlarms => 6;
    protected override int MaximumDelay => 96;
    protected override long MaximumByteSize => 40 + 32 * (125 + 75 + 2);
}

public sealed class FhddmContractTests : DriftDetectorContract
{
    protected override string Text => "fhddm:shortWindowSize=30";
    protected override string OptionNames => "slidingWindowSize confidenceLevel shortWindowSize";
    protected override int MaximumFalseAlarms => 20;
    protected override int MaximumDelay => 60;
    protected override long MaximumByteSize => 100 + 33;
}

/// <summary>Samples of 30, the default, often miss this step: 0/1 inputs with rates 0.2 and 0.6 differ by 12/30 on average, and 14/30 are needed.</summary>
public sealed class KswinContractTests : DriftDetectorContract
{
    protected override string Text => "kswin:windowSize=300,statSize=100";
    protected override string OptionNames => "alpha windowSize statSize seed criterion keepRecent";
    protected override int MaximumFalseAlarms => 30;
    protected override int MaximumDelay => 100;
    protected override long MaximumByteSize => 8 * 300 + 57;
}

/// <summary>Every detector of the catalogue has its row above.</summary>
public sealed class DriftDetectorContractRowsTests
{
    [Fact]
    public void Catalogue_EveryDetector_HasAContractRow()
    {
        string[] rows = [.. typeof(DriftDetectorContract).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(DriftDetectorContract)))
            .Select(t => (string)typeof(DriftDetectorContract).GetProperty("Text", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!
                .GetValue(Activator.CreateInstance(t))!)
            .Select(text => text.Split(':')[0]).Order()];
        Assert.Equal(DetectorCatalogue.Names.Order(), rows);
    }
}
