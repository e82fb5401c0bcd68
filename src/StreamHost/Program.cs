using StreamMoe.StreamHost.Commands;

StreamMoe.Experts.Torch.TorchDevices.Register();
return CommandLine.Run(args, Console.Out, Console.Error);
