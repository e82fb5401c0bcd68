using StreamMoe.DriftMoe.Presets;
using StreamMoe.Streams.Options;

namespace StreamMoe.DriftMoe.Tests.Presets;

/// <summary>Where nets are computed is no part of what is learned.</summary>
public sealed class DeviceOptionTests
{
    [Theory]
    [InlineData("moe-data")]
    [InlineData("moe-task")]
    [InlineData("adaptive")]
    public void LearningOptions_DoNotNameTheDevice(string model)
    {
        LearnerPreset preset = PresetCatalogue.Create(model, [new("router.device", "auto")]), plain = PresetCatalogue.Create(model, []);
        Assert.Contains(KeyValuePair.Create("router.device", "auto"), preset.Options);
        Assert.Equal(plain.LearningOptions, preset.LearningOptions);
        Assert.DoesNotContain(preset.LearningOptions, o => o.Key.Contains("device"));
        Assert.True(preset.IsBitExact);
    }

    [Fact]
    public void LearningOptions_PoolWithDevices_IsThePoolWithout()
    {
        LearnerPreset preset = PresetCatalogue.Create("adaptive", [new("pool", "net:device=auto,hidden1=8 net:hidden1=0,device=auto@temporal")]);
        Assert.Equal(PresetCatalogue.Create("adaptive", [new("pool", "net:hidden1=8 net:hidden1=0@temporal")]).LearningOptions, preset.LearningOptions);
    }

    [Theory]
    [InlineData("moe-data")]
    [InlineData("moe-task")]
    [InlineData("adaptive")]
    public void Create_DeviceThatThisBuildLacks_IsAFaultOfTheOption(string model)
        => Assert.Contains($"model {model}: router.device was 'cuda'; this program knows managed alone",
            Assert.Throws<OptionException>(() => PresetCatalogue.Create(model, [new("router.device", "cuda")])).Message);
}
