using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Prometheus;

public sealed class ShortenedRulesTests
{
    [Fact]
    public void Of_Times_AreDividedBySixtyAndNothingElseIsTouched()
    {
        Assert.Equal("        for: 10s\nrate(a[5s]) > 600 and age_seconds > 10", ShortenedRules.Of("        for: 10m\nrate(a[5m]) > 600 and age_seconds > 600"));
    }

    [Fact]
    public void Of_ShippedRules_HaveNoMinutesLeft()
    {
        string shortened = ShortenedRules.Of(File.ReadAllText(Path.Combine(GoldenFiles.Root, "docker", "prometheus", "alerts.yml")));
        Assert.DoesNotMatch(@"for: \d+[mhd]|\[\d+[mhd]", shortened);
        Assert.Contains("streammoe_checkpoint_age_seconds > 10\n", shortened);
    }
}
