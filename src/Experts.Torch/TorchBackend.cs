using StreamMoe.Experts.Neural;
using TorchSharp;

namespace StreamMoe.Experts.Torch;

/// <summary>Stacks on TorchSharp: on the processor by libtorch's own kernels, or on a CUDA device.</summary>
/// <remarks>libtorch is loaded when a device is first asked for, not before: a program that was built with it and runs managed pays nothing.</remarks>
internal sealed class TorchBackend : IMlpBackend
{
    /// <summary>
    /// Weights × rows of a step from which <c>auto</c> takes a CUDA device: 16 million multiply-adds, on a device about the time of the launches
    /// that a step makes. By reckoning, not measured: no CUDA device was at hand (see docs/torch.md). On the processor managed is faster at
    /// every shape that was measured, so <c>auto</c> never takes <c>cpu</c>.
    /// </summary>
    public const long AutoWork = 16_000_000;

    private readonly Lazy<string?> _loadFault = new(Load);
    private readonly Lazy<int> _cudaDevices;

    /// <summary>Makes the backend; loads nothing yet.</summary>
    public TorchBackend() => _cudaDevices = new(CountCudaDevices);

    /// <inheritdoc/>
    public bool HasAccelerator => _cudaDevices.Value > 0;

    /// <value>TorchSharp's version, and that of the libtorch that it is made for.</value>
    public static string Version => $"TorchSharp {typeof(torch).Assembly.GetName().Version?.ToString(3)} (libtorch {torch.__version__})";

    /// <summary>Makes torch's devices known to <see cref="MlpBackends"/>.</summary>
    public static void Register() => MlpBackends.Register(new TorchBackend());

    /// <inheritdoc/>
    public string? FaultOf(string device)
    {
        if (_loadFault.Value is { } fault) return fault;
        if (device == "cpu") return null;
        int count = _cudaDevices.Value, index = IndexOf(device);
        if (count == 0) return "no CUDA device was found. Build with -p:Torch=cuda on a machine that has one and its driver, or take device=cpu or managed.";
        return index < count ? null : $"there are {count} CUDA devices: must be at most cuda:{count - 1}.";
    }

    /// <inheritdoc/>
    public string Choose(MlpOptions options, int rows)
        => HasAccelerator && options.Weights * rows >= AutoWork ? "cuda" : MlpBackends.Managed;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The device has a fault.</exception>
    public IMlpStack Create(MlpOptions options, string device)
    {
        if (FaultOf(device) is { } fault) throw new InvalidOperationException($"device was '{device}'; {fault}");
        return new TorchMlpStack(options, device == "cpu" ? new torch.Device(DeviceType.CPU) : new torch.Device(DeviceType.CUDA, IndexOf(device)));
    }

    private static int IndexOf(string device) => device.Length > 5 ? int.Parse(device.AsSpan(5), System.Globalization.CultureInfo.InvariantCulture) : 0;

    private static string? Load()
    {
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
            // Partitions run side by side already: more threads within each would only wait for one another.
            torch.set_num_threads(1);
            return null;
        }
        catch (Exception e) when (e is NotSupportedException or DllNotFoundException or TypeInitializationException or EntryPointNotFoundException or BadImageFormatException)
        {
            return $"libtorch could not be loaded: {e.Message.Split('\n')[0]} Install what the build was made for (docs/torch.md), or take device=managed.";
        }
    }

    private int CountCudaDevices()
    {
#if TORCH_CUDA
        try
        {
            return _loadFault.Value is null && torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        }
        catch (Exception e) when (e is NotSupportedException or DllNotFoundException or System.Runtime.InteropServices.ExternalException)
        {
            return 0;
        }
#else
        return 0;
#endif
    }
}
