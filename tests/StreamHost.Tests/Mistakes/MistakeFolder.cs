using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Mistakes;

/// <summary>A folder with what a new user has, and has spoiled.</summary>
public sealed class MistakeFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public MistakeFolder()
    {
        Path = System.IO.Path.GetDirectoryName(_folder.File("x"))!;
        _folder.Write("good.csv", "age,plan,churned\n1,free,no\n2,paid,yes\n3,free,no\n");
        _folder.Write("short.csv", "age,plan,churned\n1,free,no\n2,paid\n3,free,no\n");
        _folder.Write("empty.csv", "");
        _folder.Write("header.csv", "age,plan,churned\n");
        File.WriteAllText(_folder.File("utf16.csv"), "age,churned\n1,no\n", System.Text.Encoding.Unicode);
        _folder.Write("good.txt", "age churned\n");
        _folder.Write("words.txt", "0 1 one 0");
        _folder.Write("broken.json", "{\"kafka\": {\n  \"groupId\": \"a\",,\n}}");
        _folder.Write("wrong.json", "{\"kafka\": {\"topic\": \"payments\"}, \"http\": {\"port\": \"many\"}}");
        _folder.Write("schema.json", "{\"attributes\": [\n");
        Directory.CreateDirectory(_folder.File("folder"));
        Directory.CreateDirectory(_folder.File("folder.csv"));
        Cli run = Cli.Run("replay", "sea-abrupt", "--instances", "300", "--model", "naive-bayes", "--checkpoint", _folder.File("state.ckpt"));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        byte[] state = File.ReadAllBytes(_folder.File("state.ckpt"));
        File.WriteAllBytes(_folder.File("cut.ckpt"), state[..^100]);
        File.Copy(GoldenFiles.Path("checkpoints", "0.1.0", "majority.checkpoint"), _folder.File("old.ckpt"));
        byte[] flipped = [.. state];
        flipped[^60] ^= 1;
        File.WriteAllBytes(_folder.File("flipped.ckpt"), flipped);
    }

    /// <value>The folder, without a slash at its end.</value>
    public string Path { get; }

    public void Dispose() => _folder.Dispose();
}
