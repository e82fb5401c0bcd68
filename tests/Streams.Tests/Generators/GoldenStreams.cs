namespace StreamMoe.Streams.Tests.Generators;

/// <summary>The golden configurations, each with the text that opens the same stream here. A new generator adds its rows.</summary>
internal static class GoldenStreams
{
    /// <summary>The six streams of the DriftMoE paper: golden to 1,000,000 instances and after restarts.</summary>
    public static readonly string[] Paper = ["led_a", "led_g", "sea_a", "sea_g"];

    public static readonly (string Name, string Text)[] All =
    [
        ("led_a", "led-abrupt"),
        ("led_g", "led-gradual"),
        ("sea_a", "sea-abrupt"),
        ("sea_g", "sea-gradual"),
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
    ];
}
