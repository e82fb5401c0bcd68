using StreamMoe.StreamHost.Commands;

#if TORCH
StreamMoe.Experts.Torch.TorchBackend.Register();
#endif
return CommandLine.Run(args, Console.Out, Console.Error);
