using System.Runtime.InteropServices;
using TorchSharp;

namespace StreamMoe.Experts.Torch;

/// <summary>The way of a batch to its device and back: everything in one transfer each way. On the processor both are the same memory.</summary>
internal sealed unsafe class TorchBuffer
{
    private readonly torch.Device _device;
    private readonly bool _onCpu;
    private torch.Tensor? _host, _there;
    private float* _pointer;
    private int _capacity, _length;

    public TorchBuffer(torch.Device device) => (_device, _onCpu) = (device, device.type == DeviceType.CPU);

    /// <summary>Begins a batch of so many numbers at most.</summary>
    public void Begin(int length)
    {
        _length = 0;
        if (length <= _capacity) return;
        _capacity = Math.Max(64, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length));
        _host?.Dispose();
        if (!_onCpu) _there?.Dispose();
        using (torch.Tensor fresh = torch.zeros(_capacity, dtype: torch.ScalarType.Float32))
            _host = (_onCpu ? fresh.clone() : fresh.pin_memory()).DetachFromDisposeScope();
        _there = _onCpu ? _host : torch.zeros(_capacity, dtype: torch.ScalarType.Float32, device: _device).DetachFromDisposeScope();
        _pointer = (float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(_host.bytes));
    }

    /// <summary>Room for the next numbers of the batch.</summary>
    public Span<float> Next(int count)
    {
        Span<float> room = new(_pointer + _length, count);
        _length += count;
        return room;
    }

    /// <summary>Sends the batch; what it gives belongs to this object.</summary>
    public void Send()
    {
        if (_onCpu) return;
        using torch.Tensor from = _host!.narrow(0, 0, _length), to = _there!.narrow(0, 0, _length);
        to.copy_(from);
    }

    /// <summary>A part of the batch on the device.</summary>
    public torch.Tensor Part(int from, int count) => _there!.narrow(0, from, count);

    /// <summary>Copies a tensor of floats to the host.</summary>
    public static void Read(torch.Tensor tensor, Span<float> to)
    {
        using torch.Tensor host = tensor.device_type == DeviceType.CPU ? tensor.contiguous() : tensor.cpu();
        using torch.Tensor flat = host.contiguous();
        MemoryMarshal.Cast<byte, float>(flat.bytes)[..to.Length].CopyTo(to);
    }

    /// <summary>Copies floats of the host over a tensor.</summary>
    public static void Write(torch.Tensor tensor, ReadOnlySpan<float> from)
    {
        using torch.Tensor host = torch.zeros(from.Length, dtype: torch.ScalarType.Float32);
        from.CopyTo(MemoryMarshal.Cast<byte, float>(host.bytes));
        using torch.Tensor shaped = host.view_as(tensor);
        tensor.copy_(shaped);
    }
}
