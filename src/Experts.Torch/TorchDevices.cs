using StreamMoe.Experts.Neural;
using TorchSharp;

namespace StreamMoe.Experts.Torch;

/// <summary>Torch's devices, <c>cpu</c>, <c>cuda</c> and <c>cuda:N</c>, for the option <c>device</c> of models.</summary>
public static class TorchDevices
{
    /// <value>TorchSharp's version, and that of the libtorch that it is made for.</value>
    public static string Version => $"TorchSharp {typeof(torch).Assembly.GetName().Version?.ToString(3)} (libtorch {torch.__version__})";

    /// <summary>Makes the devices known, before the first model is made. Loads nothing: libtorch is loaded when a device is first asked for.</summary>
    public static void Register() => MlpBackends.Register(new TorchBackend());
}
