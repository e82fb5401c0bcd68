namespace StreamMoe.Experts.Neural;

/// <summary>Makes stacks by the <c>device</c> option: <c>managed</c> (the default), or one of the backend that was built in.</summary>
/// <remarks><c>auto</c> is the backend's choice where there is one, else managed. Written once, at start-up, before any option is read.</remarks>
internal static class MlpBackends
{
    /// <summary>The device of <see cref="MlpStack"/>: SIMD kernels, bit-exact.</summary>
    public const string Managed = "managed";

    /// <summary>Whatever is fastest for the stack's shape.</summary>
    public const string Auto = "auto";

    private static IMlpBackend? s_backend;

    /// <summary>Makes a backend known. Called by the program before anything else; null = none.</summary>
    public static void Register(IMlpBackend? backend) => s_backend = backend;

    /// <summary>What is wrong with a value of the <c>device</c> option in this build on this machine; null when nothing is.</summary>
    public static string? FaultOf(string device)
    {
        if (device is Managed or Auto) return null;
        if (device is not ("cpu" or "cuda") && !IsNumbered(device))
            return $"device was '{device}'; must be managed, cpu, cuda, cuda:N (N = 0, 1, …) or auto.";
        if (s_backend is null)
            return $"device was '{device}'; this program knows managed alone (auto means it too): nobody registered another backend. Take device=managed.";
        return s_backend.FaultOf(device) is { } fault ? $"device was '{device}'; {fault}" : null;
    }

    /// <summary>Whether learning on a device gives the same bits however the stream is cut and wherever it is resumed.</summary>
    public static bool IsBitExact(string device) => device == Managed || (device == Auto && s_backend?.HasAccelerator != true);

    /// <summary>Makes a stack without members.</summary>
    /// <param name="options">Shape and training.</param>
    /// <param name="device">A device without fault.</param>
    /// <param name="rows">Rows of a training step, for <c>auto</c>.</param>
    /// <exception cref="ArgumentException">The device has a fault, or options are out of range.</exception>
    public static IMlpStack Create(MlpOptions options, string device, int rows)
    {
        if (device == Managed) return new MlpStack(options);
        if (FaultOf(device) is { } fault) throw new ArgumentException(fault, nameof(device));
        if (device == Auto) device = s_backend?.Choose(options, rows) ?? Managed;
        return device == Managed ? new MlpStack(options) : s_backend!.Create(options, device);
    }

    private static bool IsNumbered(string device)
        => device.StartsWith("cuda:", StringComparison.Ordinal) && device.Length is > 5 and < 9 && device.AsSpan(5).IndexOfAnyExceptInRange('0', '9') < 0;
}
