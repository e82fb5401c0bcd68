using StreamMoe.StreamHost;
using StreamMoe.StreamHost.Commands;

// First of all: with fewer it is the runtime that ends, at whatever assembly comes next.
if (FileLimit.Shortage() is { } shortage)
{
    Console.Error.WriteLine($"streammoe: {shortage}");
    return ExitCode.Failed;
}
StreamMoe.Experts.Torch.TorchDevices.Register();
return CommandLine.Run(args, Console.Out, Console.Error);
