using StreamMoe.StreamHost.Commands;

return CommandLine.Run(args, Console.Out, Console.Error);
