using StreamMoe.StreamHost;
using StreamMoe.StreamHost.Commands;

// First of all: with fewer it is the runtime that ends, at whatever assembly comes next.
if (FileLimit.Shortage() is { } shortage)
{
    Console.Error.WriteLine($"streammoe: {shortage}");
    return ExitCode.Failed;
}
#if TORCH
StreamMoe.Experts.Torch.TorchBackend.Register();
#endif
return CommandLine.Run(args, Console.Out, Console.Error);
