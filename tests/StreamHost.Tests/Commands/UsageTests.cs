namespace StreamMoe.StreamHost.Tests.Commands;

/// <summary>Mistakes on the command line end with exit code 2 and a text that helps.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("replay led-gradul", "Did you mean 'led-gradual'?")]
    [InlineData("replay sea:funktion=2", "Did you mean 'function'?")]
    [InlineData("replay sea:function=9", "function was 9; must be an integer in [1, 4].")]
    [InlineData("replay sea-abrupt --model moe-dta", "Did you mean 'moe-data'?")]
    [InlineData("replay sea-abrupt --model moe-data --set topK=13", "topK was 13; must be at most experts, which is 12.")]
    [InlineData("replay sea-abrupt --model moe-data --set topK=x", "topK was 'x'; must be an integer in [1, 64].")]
    [InlineData("replay sea-abrupt --model moe-data --set router.intervall=5", "Did you mean 'router.interval'?")]
    [InlineData("replay sea-abrupt --set topK", "--set was 'topK'; must be of the form option=value.")]
    [InlineData("replay missing.csv", "stream file 'missing.csv' was not found")]
    [InlineData("replay sea-abrupt --label x", "--label is for files; 'sea-abrupt' is a synthetic stream.")]
    [InlineData("replay sea-abrupt --threads 0", "--threads was 0; must be in [1, 256].")]
    [InlineData("replay sea-abrupt --threads two", "--threads was 'two'; must be a whole number in [1, 256].")]
    [InlineData("replay sea-abrupt --instances 0", "--instances was 0; must be in [1, 9223372036854775807].")]
    [InlineData("replay sea-abrupt --format xml", "xml")]
    [InlineData("replay sea-abrupt --stop-after 5", "--stop-after was given without --checkpoint FILE")]
    [InlineData("replay sea-abrupt --resume missing.ckpt", "the checkpoint 'missing.ckpt' was not found")]
    [InlineData("replay sea-abrupt --config missing.json", "the file 'missing.json' was not found")]
    [InlineData("replay", "Required argument 'stream' missing")]
    [InlineData("generate sea-abrupt --hash", "--instances was not given")]
    [InlineData("generate sea-abrupt --instances 5", "give one of --output FILE, --hash and --kafka BROKERS.")]
    [InlineData("generate sea-abrupt --instances 5 --hash --topic events", "--topic was given without --kafka; it only says how events are sent there.")]
    [InlineData("generate sea-abrupt --instances 5 --kafka localhost:1", "--topic was not given; --kafka needs the topic to send to.")]
    [InlineData("generate sea-abrupt --instances 5 --kafka localhost:1 --topic events --rate 0", "--rate was 0; must be in (0, 1000000000].")]
    [InlineData("generate sea-abrupt --instances 5 --kafka localhost:1 --topic events --client transactional.id=x", "transactional.id cannot be set")]
    [InlineData("dead-letters list", "kafka:bootstrapServers is empty; dead letters are in Kafka, so give the worker's configuration.")]
    [InlineData("dead-letters list --reason bad-luck", "bad-luck")]
    [InlineData("generate sea-abrupt --instances 5 --output x.txt", "--output was 'x.txt'; must end in .csv, .csv.gz, .tsv, .tsv.gz, .arff, .arff.gz, or be - for standard output.")]
    [InlineData("replay ./x.txt", "'./x.txt' looks like a file, but its ending is unknown")]
    [InlineData("explode", "explode")]
    public void WrongArguments_ExitCodeTwoAndHelpfulText(string arguments, string expected)
    {
        Cli run = Cli.Run(arguments.Split(' '));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error);
        Assert.Equal("", run.Output);
    }

    [Theory]
    [InlineData("--help", "replay")]
    [InlineData("replay --help", "--label-delay")]
    [InlineData("generate --help", "--hash")]
    [InlineData("streams --help", "--format")]
    public void Help_SaysWhatThereIs(string arguments, string expected)
    {
        Cli run = Cli.Run(arguments.Split(' '));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(expected, run.Output);
    }
}
