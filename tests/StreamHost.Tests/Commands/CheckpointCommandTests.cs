using System.Text.Json;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Tests.Common;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Order;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.StreamHost.Tests.Commands;

public sealed class CheckpointCommandTests : IDisposable
{
    private static readonly Guid s_lineage = new("00112233445566778899aabbccddeeff");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Show_Json_TellsHeaderSchemaLearnerAndSections()
    {
        string file = Replay();

        JsonElement found = Cli.Json("checkpoint", "show", file);

        Assert.True(found.GetProperty("intact").GetBoolean());
        Assert.Equal(3, found.GetProperty("format").GetInt32());
        Assert.Equal(("sea-abrupt", "moe-data", 700L), (found.GetProperty("stream").GetString(), found.GetProperty("model").GetString(), found.GetProperty("nextPosition").GetInt64()));
        Assert.Equal("3", found.GetProperty("learningOptions").GetProperty("topK").GetString());
        Assert.Equal(3, found.GetProperty("schema").GetProperty("attributes").GetInt32());
        Assert.Equal(["groupA", "groupB"], found.GetProperty("schema").GetProperty("classes").EnumerateArray().Select(c => c.GetString()));
        Assert.Equal((12, 700L), (found.GetProperty("learner").GetProperty("experts").GetInt32(), found.GetProperty("learner").GetProperty("learned").GetInt64()));
        Assert.Equal(["learner", "replay"], found.GetProperty("sections").EnumerateArray().Select(s => s.GetProperty("name").GetString()));
        Assert.Equal(new FileInfo(file).Length, found.GetProperty("bytes").GetInt64());
    }

    [Fact]
    public void Show_DamagedSection_TellsTheRestAndTheDamage()
    {
        string file = Replay();
        Damage(file, "replay");

        JsonElement found = Cli.Json("checkpoint", "show", file);
        Cli text = Cli.Run("checkpoint", "show", file);

        Assert.False(found.GetProperty("intact").GetBoolean());
        Assert.Equal("section 'replay'", found.GetProperty("faults")[0].GetProperty("part").GetString());
        Assert.Equal([true, false], found.GetProperty("sections").EnumerateArray().Select(s => s.GetProperty("intact").GetBoolean()));
        Assert.Contains("DAMAGED", text.Output);
        Assert.Contains("next position 700", text.Output);
    }

    [Fact]
    public void Show_Text_TellsExpertsAndOptions()
    {
        Cli run = Cli.Run("checkpoint", "show", Replay());

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("12 experts, 700 instances learned", run.Output);
        Assert.Contains("schema 'sea': 3 attributes, 0 of them nominal; class 'class' with 2 of at most 1024 values", run.Output);
        Assert.Contains("router.interval = 256", run.Output);
    }

    [Fact]
    public void Verify_Intact_ExitsZero()
    {
        Cli run = Cli.Run("checkpoint", "verify", Replay());

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("intact", run.Output);
    }

    [Theory]
    [InlineData("learner")]
    [InlineData("replay")]
    public void Verify_DamagedSection_ExitsOneAndNamesThePlace(string section)
    {
        string file = Replay();
        CheckpointPart part = Damage(file, section);

        Cli run = Cli.Run("checkpoint", "verify", file);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal($"streammoe: {file}: damaged: section '{section}', bytes {part.From} to {part.From + part.Length - 1}: its SHA-256 does not match.", run.Error.TrimEnd());
        Assert.Equal("", run.Output);
    }

    [Fact]
    public void Verify_NoCheckpoint_SaysSo()
    {
        Cli other = Cli.Run("checkpoint", "verify", _folder.Write("a.txt", "hello")), missing = Cli.Run("checkpoint", "verify", "none.ckpt");

        Assert.Equal((1, 2), (other.ExitCode, missing.ExitCode));
        Assert.Contains("it does not begin with 'SMOECKPT'", other.Error);
        Assert.Contains("the checkpoint 'none.ckpt' was not found", missing.Error);
    }

    [Fact]
    public void List_WorkersCheckpoints_NewestFirst()
    {
        string[] config = Worker();

        Cli run = Cli.Run(["checkpoint", "list", "--learner", "2", .. config]);

        Assert.Equal(0, run.ExitCode);
        string[] lines = run.Output.TrimEnd().Split(Environment.NewLine);
        Assert.Equal(["generation", "3", "2", "1"], lines.Select(l => l.TrimStart().Split(' ')[0]));
        Assert.Contains("300", lines[1]);
        Assert.Equal(["lineage", "sequence"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[3..5]);
        Assert.Equal([$"{s_lineage:N}", "30"], lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[3..5]);
        Assert.Contains("orders-l1 has no checkpoint.", Cli.Run(["checkpoint", "list", "--learner", "1", .. config]).Output);
    }

    [Fact]
    public void Restore_OlderGeneration_SetsLaterOnesAsideAndSaysSo()
    {
        string[] config = Worker();

        Cli run = Cli.Run(["checkpoint", "restore", "--learner", "2", "--generation", "1", .. config]);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("orders-l2: generation 3 (offset 300) was set aside as ", run.Output);
        Assert.Contains("orders-l2: generation 2 (offset 200) was set aside as ", run.Output);
        Assert.Contains("orders-l2: generation 1 is the newest.", run.Output);
        Assert.Equal([1L], Store().List(new LearnerId("orders", 2)).Select(e => e.Generation));
        Assert.Equal(2, Directory.GetFiles(_folder.File("state/g/orders-l2"), "*.set-aside").Length);
    }

    [Fact]
    public void Restore_UnknownGeneration_ListsTheKnownOnes()
    {
        string[] config = Worker();

        Cli run = Cli.Run(["checkpoint", "restore", "--learner", "2", "--generation", "9", .. config]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("There are: 3 (offset 300), 2 (offset 200), 1 (offset 100).", run.Error);
        Assert.Equal(3, Store().List(new LearnerId("orders", 2)).Count);
    }

    [Theory]
    [InlineData("checkpoint list", "--learner")]
    [InlineData("checkpoint restore --learner 0", "--generation")]
    [InlineData("checkpoint restore --learner -1 --generation 1", "--learner was -1; must be in [0, 2147483647].")]
    public void Commands_WithoutWhatTheyNeed_AreRefused(string command, string expected)
    {
        Cli run = Cli.Run(command.Split(' '));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error);
    }

    private string Replay()
    {
        string file = _folder.File("at.ckpt");
        Cli.Json("replay", "sea-abrupt", "--model", "moe-data", "--instances", "700", "--checkpoint", file);
        return file;
    }

    private static CheckpointPart Damage(string file, string section)
    {
        byte[] bytes = File.ReadAllBytes(file);
        CheckpointPart part = CheckpointFile.Inspect(bytes, file).Parts.Single(p => p.Name == section);
        bytes[part.From + (part.Length / 2)] ^= 1;
        File.WriteAllBytes(file, bytes);
        return part;
    }

    private DirectoryCheckpointStore Store() => new(_folder.File("state"), "g", 3);

    private string[] Worker()
    {
        DirectoryCheckpointStore store = Store();
        foreach (long offset in (long[])[100, 200, 300])
            store.Write(new LearnerId("orders", 2), offset, offset, new CheckpointHeader("majority", 1, "", 0, new Dictionary<string, string>()), [new("learner", _ => { }), OrderState.After(new OrderPosition(s_lineage, offset / 10, Guid.Empty), offset).ToSection()]);
        string file = _folder.Write("worker.json", JsonSerializer.Serialize(new { kafka = new { groupId = "g", eventTopic = "orders" }, checkpoints = new { directory = _folder.File("state") } }));
        return ["--config", file];
    }
}
