using System.Net;
using System.Net.Sockets;
using StreamMoe.StreamHost.Tests.Commands;

namespace StreamMoe.StreamHost.Tests.Mistakes;

/// <summary>What a new user gets wrong, and what the program says to it: what was found, what is allowed, where, and what to do. In the
/// texts <c>DIR</c> stands for the folder of the test.</summary>
public sealed class MistakeTests(MistakeFolder folder) : IClassFixture<MistakeFolder>
{
    private const int Failed = 1, Usage = 2;

    [Theory]
    [InlineData("", "streammoe needs a command: streams, generate, replay, compare, detect, serve, health, config, checkpoint, dead-letters.")]
    [InlineData("replai sea-abrupt", "streammoe has no command 'replai'. Did you mean 'replay'? Commands: streams, generate, replay,")]
    [InlineData("checkpoint", "'checkpoint' needs a command: show, verify, list, restore.")]
    [InlineData("checkpoint shw x", "'checkpoint' has no command 'shw'. Did you mean 'show'? Commands: show, verify, list, restore.")]
    [InlineData("replay sea-abrupt --instnaces 10", "'replay' has no option '--instnaces'. Did you mean '--instances'?")]
    [InlineData("replay --modle adaptive", "'replay' has no option '--modle'. Did you mean '--model'?")]
    [InlineData("replay sea-abrupt sea-gradual", "'sea-gradual' is one argument too many for 'replay'; put blanks inside an argument in quotes.")]
    [InlineData("replay", "Required argument 'stream' missing for command: 'replay'.")]
    [InlineData("replay sea-abrup", "'sea-abrup' is unknown. Did you mean 'sea-abrupt'? Streams: led-abrupt,")]
    [InlineData("replay sea-abrupt --model adaptiv", "there is no model 'adaptiv'. Did you mean 'adaptive'? Models: adaptive, moe-data,")]
    [InlineData("replay sea-abrupt --model adaptive:gatting=soft", "Did you mean 'gating'?")]
    [InlineData("replay sea-abrupt --format xml", "--format was 'xml'; must be one of text, json.")]
    [InlineData("compare sea-abrupt", "Option '--models' is required: one or more of adaptive, moe-data,")]
    [InlineData("compare sea-abrupt --models adaptive --seeds 1;2", "--seeds was '1;2'; must be whole numbers separated by commas, as in 1,2,3.")]
    [InlineData("detect DIR/words.txt --detector adwinn", "there is no detector 'adwinn'. Did you mean 'adwin'? Detectors: adwin, ddm,")]
    [InlineData("replay DIR/nothing.csv", "stream file 'DIR/nothing.csv' was not found (looked in DIR).")]
    [InlineData("replay DIR/folder.csv", "the stream 'DIR/folder.csv' is a folder; must be a file.")]
    [InlineData("replay DIR/good.txt", "'DIR/good.txt' looks like a file, but its ending is unknown; a stream file ends in .csv, .tsv or .arff, each also with .gz, .zst, .xz, .bz2 or .zip after it,")]
    [InlineData("replay DIR/good.csv --schema DIR/nothing.json", "--schema was 'DIR/nothing.json'; must be a schema file (docs/files.md). Nothing is there.")]
    [InlineData("replay sea-abrupt --thin groupA", "--thin was 'groupA'; must be CLASS:SHARE with a share above 0 and below 1, for example groupB:0.01.")]
    [InlineData("replay sea-abrupt --thin groupA:1", "--thin was 'groupA:1'; must be CLASS:SHARE with a share above 0 and below 1")]
    [InlineData("generate sea-abrupt --instances 9 --hash --thin yes:0.1", "--thin was 'yes:0.1'; there is no class 'yes'. Classes: groupA, groupB.")]
    [InlineData("compare sea-abrupt --models adaptive --noise-attributes 1001", "--noise-attributes was 1001; must be in [0, 1000].")]
    [InlineData("replay sea-abrupt --model-seed many", "--model-seed")]
    [InlineData("detect DIR/nothing.txt --detector adwin", "the file 'DIR/nothing.txt' was not found.")]
    [InlineData("detect DIR/folder --detector adwin", "'DIR/folder' is a folder; must be a text file, or - for standard input.")]
    [InlineData("checkpoint show DIR/nothing.ckpt", "the checkpoint 'DIR/nothing.ckpt' was not found.")]
    [InlineData("checkpoint show DIR/folder", "'DIR/folder' is a folder; must be a checkpoint file. 'streammoe checkpoint list' lists those of a worker.")]
    [InlineData("replay sea-abrupt --predictions DIR/nowhere/p.csv", "--predictions was 'DIR/nowhere/p.csv', but the folder 'DIR/nowhere' does not exist; create it, or name a file elsewhere.")]
    [InlineData("replay sea-abrupt --checkpoint DIR/good.csv/state", "--checkpoint was 'DIR/good.csv/state', but 'DIR/good.csv' is a file; name a file in a folder.")]
    [InlineData("replay sea-abrupt --report DIR/folder", "--report was 'DIR/folder', which is a folder; must be the name of a file to write.")]
    [InlineData("generate sea-abrupt --instances 9 --output DIR/nowhere/x.csv", "--output was 'DIR/nowhere/x.csv', but the folder 'DIR/nowhere' does not exist; create it, or name a file elsewhere.")]
    [InlineData("replay sea-abrupt --model naive-bayes --instances 400 --resume DIR/state.ckpt --seed 2", "--resume: DIR/state.ckpt was written by another run: seed is '1' in the checkpoint and '2' in this run. Give the stream of that run, and its model, seed and options or none: what is not given is taken from the checkpoint.")]
    [InlineData("replay sea-abrupt --model adaptive --instances 400 --resume DIR/state.ckpt", "was written by another run: model is 'naive-bayes' in the checkpoint and 'adaptive' in this run. Give the")]
    [InlineData("replay sea-abrupt --model naive-bayes --instances 200 --resume DIR/state.ckpt", "--instances was 200, but DIR/state.ckpt stands at instance 300; --instances counts from the stream's beginning, so give more.")]
    [InlineData("serve --config DIR/nothing.json", "DIR/nothing.json: the file 'DIR/nothing.json' was not found.")]
    [InlineData("serve --config DIR/folder", "DIR/folder: is a folder; must be a JSON file.")]
    [InlineData("serve --config DIR/broken.json", "DIR/broken.json: is not JSON: line 2, column 18: ")]
    [InlineData("serve --config DIR/wrong.json", "DIR/wrong.json: there is no key 'kafka:topic'. Keys of kafka: bootstrapServers, groupId, eventTopic,")]
    [InlineData("serve --config DIR/wrong.json", "DIR/wrong.json: http:port was 'many'; must be an integer in [0, 65535].")]
    [InlineData("serve --set kafka:bootstrapServer=broker:9092", "--set: there is no key 'kafka:bootstrapServer'. Did you mean 'kafka:bootstrapServers'?")]
    [InlineData("serve --set pipeline:linger=5ms", "--set: pipeline:linger was '5ms'; must be an ISO 8601 duration in [PT0S, PT10S].")]
    [InlineData("serve --set kafka:guarantee=once", "--set: kafka:guarantee was 'once'; must be one of")]
    [InlineData("serve --set kafka:client:sasl.password=x", "kafka:client:sasl.password is a secret, and a command line is visible in the list of processes; set the variable STREAMMOE__KAFKA__CLIENT__SASL_PASSWORD, or kafka:client:sasl.password.file to a file that holds it.")]
    [InlineData("serve --set kafka:client:acks=1 --set kafka:client:enable.auto.commit=true", "kafka:client:enable.auto.commit cannot be set")]
    [InlineData("serve --set checkpoints:store=kafka", "--set: checkpoints:store was kafka while kafka:bootstrapServers is empty; set kafka:bootstrapServers, or checkpoints:store to directory.")]
    [InlineData("serve --set schema:file=DIR/nothing.json", "--set: schema:file was 'DIR/nothing.json'; must be a schema file. Nothing is there.")]
    [InlineData("serve --set model:initial=DIR/nothing.ckpt", "--set: model:initial was 'DIR/nothing.ckpt'; must be a checkpoint file. Nothing is there.")]
    [InlineData("serve --set embedded:stream=sea-abrup", "embedded:stream: Stream \"sea-abrup\": 'sea-abrup' is unknown. Did you mean 'sea-abrupt'?")]
    [InlineData("serve --set embedded:stream=good.csv", "embedded:stream was 'good.csv'; must be a built-in stream ('streammoe streams' lists them). A file is learned by 'streammoe replay'")]
    [InlineData("checkpoint list --set checkpoints:directory=DIR", "--learner was not given; must be a learner's number (0 where there is one), or --partition a partition that feeds it.")]
    [InlineData("checkpoint list --learner 0 --partition 0 --set checkpoints:directory=DIR", "give one of --learner and --partition.")]
    [InlineData("checkpoint list --partition 0 --set checkpoints:directory=DIR/good.csv", "checkpoints:directory is 'DIR/good.csv', which is a file. Give the worker's own configuration by --config,")]
    [InlineData("checkpoint list --partition 0 --set checkpoints:directory=DIR/nowhere", "checkpoints:directory is 'DIR/nowhere'; there is no folder DIR/nowhere. Give the worker's own configuration by --config,")]
    public void WrongUsage_ExitsWithTwoAndHelps(string arguments, string text) => Refused(Usage, arguments, text);

    [Theory]
    [InlineData("replay DIR/good.csv --label churn", "DIR/good.csv: label names 'churn', which is not a column. The columns are 'age', 'plan', 'churned'; an index in [-3, 3) names one too.")]
    [InlineData("replay DIR/good.csv --drop agee", "DIR/good.csv: drop names 'agee', which is not a column. The columns are 'age', 'plan', 'churned'; an index in [-3, 3) names one too.")]
    [InlineData("replay DIR/short.csv", "DIR/short.csv:3: expected 3 columns, found 2. Mend the row, or leave out such rows by --on-bad-row skip.")]
    [InlineData("replay DIR/empty.csv", "DIR/empty.csv: the file is empty; expected a line with the column names.")]
    [InlineData("replay DIR/header.csv", "DIR/header.csv: no row was read; after the header the file is empty. There is nothing to learn.")]
    [InlineData("replay DIR/utf16.csv", "DIR/utf16.csv: the text is UTF-16; save it as UTF-8.")]
    [InlineData("replay DIR/good.csv --schema DIR/schema.json", "DIR/schema.json: is not JSON: line 2, column 1: ")]
    [InlineData("detect DIR/words.txt --detector adwin", "DIR/words.txt: value 2 was 'one'; must be 0 or 1 (use --reals for numbers).")]
    [InlineData("replay sea-abrupt --model naive-bayes --resume DIR/good.csv", "Checkpoint DIR/good.csv cannot be used: the head, bytes 0 to 7: it does not begin with 'SMOECKPT', so it is no checkpoint of StreamMoE.")]
    [InlineData("replay sea-abrupt --model naive-bayes --resume DIR/cut.ckpt", " bytes. Use an older one, or start without it.")]
    [InlineData("replay sea-abrupt --model naive-bayes --resume DIR/old.ckpt", "is of another format: it has format 2, which StreamMoE 0.1.0 wrote; this build reads 3. Go on with a release that reads it, or begin anew without it.")]
    [InlineData("checkpoint verify DIR/old.ckpt", "DIR/old.ckpt: another format: it has format 2, which StreamMoE 0.1.0 wrote; this build reads 3. Only a release that reads it can verify it.")]
    [InlineData("replay sea-abrupt --model naive-bayes --resume DIR/flipped.ckpt", "Use an older one, or start without it.")]
    [InlineData("serve --set model:preset=adaptive --set model:initial=DIR/state.ckpt", "model:initial: checkpoint DIR/state.ckpt was written with another model: ")]
    [InlineData("serve --set http:address=192.0.2.1", "The worker cannot listen on http://192.0.2.1:9464: Cannot assign requested address. Set http:address to an address of this machine, or to 0.0.0.0 for all of them.")]
    [InlineData("health --url http://127.0.0.1:1", "http://127.0.0.1:1/health/ready cannot be reached: Connection refused. Is a worker running there (streammoe serve; http:address, http:port)?")]
    [InlineData("dead-letters list --set kafka:bootstrapServers=127.0.0.1:1", "no broker at 127.0.0.1:1 answered within 10 s: Local: Broker transport failure. Check the address, and that the brokers run.")]
    public void WhatCannotBeRead_ExitsWithOneAndHelps(string arguments, string text) => Refused(Failed, arguments, text);

    [Fact]
    public void PortInUse_ExitsWithOneAndSaysWhich()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;

        Refused(Failed, $"serve --set http:port={port}", $"The worker cannot listen on http://127.0.0.1:{port}: Address already in use. Set http:port to a free port, or stop what listens there.");
    }

    [Fact]
    public void MisspelledVariable_ExitsWithTwoAndNamesIt()
        => Refused(Usage, "serve", "STREAMMOE__HTTP__PROT: there is no key 'http:prot'. Did you mean 'http:port'?", new() { ["STREAMMOE__HTTP__PROT"] = "80" });

    private void Refused(int code, string arguments, string text, Dictionary<string, string>? variables = null)
    {
        Cli run = Cli.RunWith(variables ?? [], arguments.Replace("DIR", folder.Path).Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Contains(text.Replace("DIR", folder.Path), run.Error);
        Assert.Equal(code, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.All(run.Error.TrimEnd().Split(Environment.NewLine), line => Assert.True(line.StartsWith("streammoe: ", StringComparison.Ordinal) || line.StartsWith("Try 'streammoe ", StringComparison.Ordinal), line));
        Assert.DoesNotContain("Exception", run.Error);
        Assert.DoesNotContain("   at ", run.Error);
    }
}
