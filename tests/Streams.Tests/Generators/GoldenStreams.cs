namespace StreamMoe.Streams.Tests.Generators;

/// <summary>The streams that are pinned: MOA's golden configurations, each with the text that opens the same stream here, and those that are ours. A new generator adds a row.</summary>
internal static class GoldenStreams
{
    /// <summary>The six streams of the DriftMoE paper: golden to 1,000,000 instances and after restarts.</summary>
    public static readonly string[] Paper = ["led_a", "led_g", "sea_a", "sea_g", "rbf_m", "rbf_f"];

    public static readonly (string Name, string Text)[] All =
    [
        ("led_a", "led-abrupt"),
        ("led_g", "led-gradual"),
        ("sea_a", "sea-abrupt"),
        ("sea_g", "sea-gradual"),
        ("rbf_m", "rbf-moderate"),
        ("rbf_f", "rbf-fast"),
        ("rbf_m_5c", "rbf-moderate-5c"),
        ("rbf_f_5c", "rbf-fast-5c"),
        ("agr_a", "agrawal-abrupt"),
        ("agr_g", "agrawal-gradual"),
        ("sine_a", "sine-abrupt"),
        ("stagger_a", "stagger-abrupt"),
        ("hyper_f", "hyperplane-fast"),
        ("rtree", "random-tree"),
        ("waveform_drift_d3", "waveform-shifted"),
        ("sea_f1", "sea:function=1,noisePercentage=10"),
        ("sea_f2", "sea:function=2"),
        ("sea_f3", "sea:function=3"),
        ("sea_f4", "sea:function=4"),
        ("sea_f3_b", "sea:function=3,balanceClasses=true"),
        ("sea_f2_n0", "sea:function=2,noisePercentage=0"),
        ("led", "led"),
        ("led_s", "led:suppressIrrelevantAttributes=true,noisePercentage=20"),
        ("led_drift_d0", "led-drift:numberAttributesDrift=0"),
        ("led_drift_d7", "led-drift:numberAttributesDrift=7"),
        ("agrawal_f1", "agrawal:function=1"),
        ("agrawal_f2", "agrawal:function=2"),
        ("agrawal_f3", "agrawal:function=3"),
        ("agrawal_f4", "agrawal:function=4"),
        ("agrawal_f5", "agrawal:function=5"),
        ("agrawal_f6", "agrawal:function=6"),
        ("agrawal_f7", "agrawal:function=7"),
        ("agrawal_f8", "agrawal:function=8"),
        ("agrawal_f9", "agrawal:function=9"),
        ("agrawal_f10", "agrawal:function=10"),
        ("agrawal_f1_b", "agrawal:function=1,balanceClasses=true"),
        ("agrawal_f5_p20", "agrawal:function=5,peturbFraction=0.2"),
        ("sine_f1", "sine:function=1"),
        ("sine_f2", "sine:function=2"),
        ("sine_f3", "sine:function=3"),
        ("sine_f4", "sine:function=4"),
        ("sine_f1_b", "sine:function=1,balanceClasses=true"),
        ("sine_f2_s", "sine:function=2,suppressIrrelevantAttributes=true"),
        ("stagger_f1", "stagger:function=1"),
        ("stagger_f2", "stagger:function=2"),
        ("stagger_f3", "stagger:function=3"),
        ("stagger_f2_b", "stagger:function=2,balanceClasses=true"),
        ("mixed_f1", "mixed"),
        ("mixed_f2", "mixed:function=2"),
        ("hyper_default", "hyperplane"),
        ("hyper_m", "hyperplane:numClasses=2,numAtts=10,numDriftAtts=5,magChange=0.01,noisePercentage=5,sigmaPercentage=10"),
        ("hyper_3c", "hyperplane:numClasses=3,numAtts=6,numDriftAtts=2,magChange=0.01,noisePercentage=0,sigmaPercentage=50"),
        ("rbf", "rbf"),
        ("rbf_c5_a20", "rbf:numClasses=5,numAtts=20,numCentroids=30"),
        ("rbf_drift_k2", "rbf-drift:speedChange=0.01,numDriftCentroids=2"),
        ("rtree_r1", "random-tree:treeRandomSeed=1"),
        ("rtree_c5", "random-tree:numClasses=5,numNominals=3,numNumerics=7,numValsPerNominal=4,maxTreeDepth=6,firstLeafLevel=3,leafFraction=0.15"),
        ("waveform", "waveform"),
        ("waveform_n", "waveform:addNoise=true"),
        ("waveform_drift_d10_n", "waveform-drift:numberAttributesDrift=10,addNoise=true"),
    ];

    /// <summary>Streams that MOA's runs do not have, each with what <c>streammoe generate TEXT --instances 10000 --hash</c> printed when it was new.</summary>
    public static readonly (string Text, string Sha256)[] Own =
    [
        ("sine @2000/500/1000/3000/2 sine:function=2", "c75e501d81bd3e995341a0793df13741657463f70ac9ac8da1b2a11a1da1cef8"),
    ];

    /// <summary>The texts of all of them.</summary>
    public static IEnumerable<string> Texts => [.. All.Select(s => s.Text), .. Own.Select(s => s.Text)];
}
