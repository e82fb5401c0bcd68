using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Tests.Common;
using StreamMoe.Worker.Checkpoints;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Tests.Checkpoints;

public sealed class DirectoryCheckpointStoreTests : CheckpointStoreContractTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override ICheckpointStore Open(int keep = 3) => new DirectoryCheckpointStore(_folder.File("state"), "my group/7", keep);

    private protected override void Damage(CheckpointEntry entry)
    {
        byte[] bytes = File.ReadAllBytes(entry.Name);
        bytes[^200] ^= 1;
        File.WriteAllBytes(entry.Name, bytes);
    }

    private protected override void CutShort(CheckpointEntry entry) => File.WriteAllBytes(entry.Name, File.ReadAllBytes(entry.Name)[..^100]);

    private protected override void DamageHead(CheckpointEntry entry) => File.WriteAllBytes(entry.Name, File.ReadAllBytes(entry.Name)[..20]);

    [Fact]
    public void Write_Path_IsGroupPartitionAndOffset()
    {
        CheckpointEntry written = Write(Open(), 1187, 1187, "state");

        Assert.Equal(_folder.File("state/my%20group%2F7/events-l3/00000000000000001187.checkpoint"), written.Name);
        Assert.Equal(new FileInfo(written.Name).Length, written.Length);
    }

    [Fact]
    public void MakeNewest_SetAside_KeepsTheFileUnderAnotherName()
    {
        Write(Open(), 100, 100, "one");
        CheckpointEntry later = Write(Open(), 200, 200, "two");
        byte[] bytes = File.ReadAllBytes(later.Name);

        Open().MakeNewest(new LearnerId("events", 3), 1);

        Assert.False(File.Exists(later.Name));
        Assert.Equal(bytes, File.ReadAllBytes(later.Name + ".set-aside"));
    }

    [Fact]
    public void Restore_HalfAFileOfACrash_IsRemoved()
    {
        CheckpointEntry written = Write(Open(), 100, 100, "one");
        string half = $"{written.Name}.{Guid.NewGuid():N}.tmp";
        File.WriteAllText(half, "SMOE");

        Open().Restore(new LearnerId("events", 3), 100);

        Assert.False(File.Exists(half));
        Assert.True(File.Exists(written.Name));
    }

    [Fact]
    public void Write_FolderCannotBeMade_Fails()
    {
        _folder.Write("state", "a file where the folder should be");

        Assert.ThrowsAny<IOException>(() => Write(Open(), 100, 100, "one"));
    }

    [Theory]
    [InlineData("events", "events")]
    [InlineData("a.b_c-1", "a.b_c-1")]
    [InlineData("../../etc", "%2E.%2F..%2Fetc")]
    [InlineData("..", "%2E.")]
    [InlineData("", "%")]
    [InlineData("größe", "gr%C3%B6%C3%9Fe")]
    public void PathName_AnyName_IsOneSafeName(string name, string expected) => Assert.Equal(expected, PathName.Of(name));

    [Fact]
    public void PathName_LongNames_AreShortAndStayDifferent()
    {
        string one = PathName.Of(new string('x', 400) + "1"), other = PathName.Of(new string('x', 400) + "2");

        Assert.InRange(one.Length, 1, 200);
        Assert.NotEqual(one, other);
    }
}
