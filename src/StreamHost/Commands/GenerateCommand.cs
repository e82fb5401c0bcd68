using System.CommandLine;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.Streams;
using StreamMoe.Streams.Files;
using StreamMoe.Streams.Files.Csv;

namespace StreamMoe.StreamHost.Commands;

/// <summary><c>streammoe generate</c>: writes instances of a stream to a file, sends them to Kafka as events, or prints their hash.</summary>
internal static class GenerateCommand
{
    public static Command Create(TextWriter output, TextWriter error, Func<Stream> standardOutput)
    {
        StreamSource source = new();
        Option<long?> instances = CommonOptions.OptionalNumber("--instances", "How many instances. Required for a synthetic stream; the default for a file is all rows.", 1, long.MaxValue);
        Option<long> seed = CommonOptions.Seed();
        Option<string?> path = new("--output") { Description = "A file ending in .csv or .arff (.gz for compressed), or - for CSV on standard output.", HelpName = "file" };
        Option<bool> hash = new("--hash") { Description = "Print the SHA-256 over the instances instead: features as little-endian doubles, then the class index as int32." };

        FeedOptions feed = new();

        Command command = new("generate", "Write instances of a stream to a file, send them to Kafka as events, or print their hash.");
        source.AddTo(command);
        command.Add(instances);
        command.Add(seed);
        command.Add(path);
        command.Add(hash);
        feed.AddTo(command);
        command.SetAction(parsed =>
        {
            string? file = parsed.GetValue(path);
            if ((parsed.GetValue(hash) ? 1 : 0) + (file is not null ? 1 : 0) + (feed.IsGiven(parsed) ? 1 : 0) != 1)
                throw new UsageException("give one of --output FILE, --hash and --kafka BROKERS.");
            if (!feed.IsGiven(parsed)) feed.RefuseWithoutKafka(parsed);
            if (parsed.GetValue(instances) is null && !source.IsFile(parsed))
                throw new UsageException("--instances was not given; a synthetic stream never ends, so it is required.");

            if (file is not null and not "-" && !StreamFile.HasKnownEnding(file))
                throw new UsageException($"--output was '{file}'; must end in {string.Join(", ", StreamFile.Endings)}, or be - for standard output.");

            OutputFile? written = OutputFile.Of("--output", file == "-" ? null : file, "stream.csv", mayBeStream: true);
            OutputFile.CheckApart([written], source.Inputs(parsed));
            using InstanceStream stream = source.Open(parsed, parsed.GetValue(seed));
            long limit = parsed.GetValue(instances) ?? long.MaxValue;
            if (feed.IsGiven(parsed)) return feed.Feed(parsed, stream, limit, error);
            if (file is null)
            {
                output.WriteLine(Hash(stream, limit));
            }
            else
            {
                if (source.IsFile(parsed) && file.Contains(".arff", StringComparison.OrdinalIgnoreCase)) LearnValues(stream, limit);
                using StreamFileWriter writer = file == "-" ? new CsvStreamWriter(standardOutput(), stream.Schema) : StreamFileWriter.Create(written!.Place, stream.Schema);
                long rows = Write(stream, limit, writer);
                if (file != "-") error.WriteLine($"{rows} instances written to {file}");
            }
            return ExitCode.Done;
        });
        return command;
    }

    private static string Hash(InstanceStream stream, long limit)
    {
        using StreamHash hash = new();
        double[] features = new double[stream.Schema.AttributeCount];
        for (long i = 0; i < limit && stream.Next(features, out int label); i++) hash.Add(features, label);
        return hash.Current();
    }

    /// <summary>Reads a file once, because an ARFF header must declare nominal values that a CSV file may show late.</summary>
    private static void LearnValues(InstanceStream stream, long limit)
    {
        double[] features = new double[stream.Schema.AttributeCount];
        for (long i = 0; i < limit && stream.Next(features, out _); i++) { }
        stream.Restart();
    }

    private static long Write(InstanceStream stream, long limit, StreamFileWriter writer)
    {
        double[] features = new double[stream.Schema.AttributeCount];
        long i = 0;
        for (; i < limit && stream.Next(features, out int label); i++) writer.Write(features, label);
        return i;
    }
}
