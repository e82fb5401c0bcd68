using System.Runtime.InteropServices;
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
            // TorchSharp writes a trace to standard output where these cannot be loaded, and keeps the loader's own words to itself.
            NativeLibrary.Load("torch_cpu", typeof(torch).Assembly, null);
            NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null);
            torch.InitializeDeviceType(DeviceType.CPU);
            // Partitions run side by side already: more threads within each would only wait for one another.
            torch.set_num_threads(1);
            return null;
        }
        catch (Exception e) when (e is NotSupportedException or DllNotFoundException or TypeInitializationException or EntryPointNotFoundException or BadImageFormatException)
        {
            return $"libtorch could not be loaded. Build with -p:Torch=cpu or cuda, on a system with the libraries that docs/torch.md names, or take device=managed. The system says: {e.Message.Trim()}";
        }
    }

    private int CountCudaDevices()
    {
        try
        {
            return _loadFault.Value is null && torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        }
        catch (Exception e) when (e is NotSupportedException or DllNotFoundException or ExternalException)
        {
            return 0;
        }
    }
}
