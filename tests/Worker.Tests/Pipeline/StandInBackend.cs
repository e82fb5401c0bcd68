using StreamMoe.Experts.Neural;

namespace StreamMoe.Worker.Tests.Pipeline;

/// <summary>A backend with one device, <c>cpu</c>, which is the managed stack.</summary>
internal sealed class StandInBackend : IMlpBackend
{
    public bool HasAccelerator => false;

    public string? FaultOf(string device) => device == "cpu" ? null : "there is only one.";

    public string Choose(MlpOptions options, int rows) => MlpBackends.Managed;

    public IMlpStack Create(MlpOptions options, string device) => new MlpStack(options);
}
