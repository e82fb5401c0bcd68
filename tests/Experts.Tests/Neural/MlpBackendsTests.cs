using StreamMoe.Experts.Neural;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Tests.Neural;

public sealed class MlpBackendsTests
{
    private static readonly MlpOptions s_options = new() { Inputs = 2, Outputs = 2 };

    [Theory]
    [InlineData("managed")]
    [InlineData("auto")]
    public void Create_WithoutABackend_IsManaged(string device)
    {
        Assert.Null(MlpBackends.FaultOf(device));
        Assert.True(MlpBackends.IsBitExact(device));
        Assert.IsType<MlpStack>(MlpBackends.Create(s_options, device, 1));
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("cuda")]
    [InlineData("cuda:3")]
    public void FaultOf_DeviceThatThisBuildLacks_SaysWhatToTake(string device)
    {
        string fault = Assert.Single(Assert.Throws<OptionException>(() => ExpertCatalogue.Parse($"net:device={device}")).Faults);
        Assert.Contains($"device was '{device}'; this program knows managed alone", fault);
        Assert.Contains("Take device=managed.", fault);
        Assert.False(MlpBackends.IsBitExact(device));
        Assert.Throws<ArgumentException>(() => MlpBackends.Create(s_options, device, 1));
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("")]
    [InlineData("cuda:")]
    [InlineData("cuda:x")]
    [InlineData("cuda:1234")]
    [InlineData("CPU")]
    public void FaultOf_UnknownDevice_ListsTheKnownOnes(string device)
        => Assert.Equal($"device was '{device}'; must be managed, cpu, cuda, cuda:N (N = 0, 1, …) or auto.", MlpBackends.FaultOf(device));

    [Fact]
    public void In_SeveralExperts_NamesEachDevice()
        => Assert.Equal(["cpu", "cuda:1"], ExpertDevices.In("net:device=cpu neighbours net:hidden1=3,device=cuda:1@temporal"));
}
