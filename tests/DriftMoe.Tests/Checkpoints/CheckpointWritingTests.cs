using StreamMoe.DriftMoe.Checkpoints;

namespace StreamMoe.DriftMoe.Tests.Checkpoints;

/// <summary>Writing to the disk: the old file or the new one, and nothing else.</summary>
public sealed class CheckpointWritingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streammoe-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    [Fact]
    public void Write_OverAnOlderOne_LeavesTheNewOneAlone()
    {
        string path = PathOf("a.checkpoint");
        CheckpointFile.Write(path, CheckpointSamples.Header with { NextPosition = 1 }, CheckpointSamples.Sections);

        long length = CheckpointFile.Write(path, CheckpointSamples.Header, CheckpointSamples.Sections);

        Assert.Equal(1187, CheckpointFile.Read(path).Header.NextPosition);
        Assert.Equal(CheckpointSamples.Bytes, File.ReadAllBytes(path));
        Assert.Equal(new FileInfo(path).Length, length);
        Assert.Equal([path], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void Replace_DiskFullHalfWay_KeepsTheOldFileAndLeavesNothingElse()
    {
        string path = PathOf("a.checkpoint");
        File.WriteAllText(path, "old");

        IOException fault = Assert.Throws<IOException>(() => DurableFile.Replace(path, file =>
        {
            file.Write(new byte[100]);
            throw new IOException("No space left on device");
        }));

        Assert.Equal("No space left on device", fault.Message);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void Write_StateThatCannotBeSaved_KeepsTheOldFileAndLeavesNothingElse()
    {
        string path = PathOf("a.checkpoint");
        File.WriteAllText(path, "old");

        Assert.Throws<InvalidOperationException>(() => CheckpointFile.Write(path, CheckpointSamples.Header, [new("learner", _ => throw new InvalidOperationException())]));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void Write_PlaceThatIsAFolder_FailsAndLeavesNothing()
    {
        string path = PathOf("a.checkpoint");
        Directory.CreateDirectory(path);

        Assert.ThrowsAny<SystemException>(() => CheckpointFile.Write(path, CheckpointSamples.Header, CheckpointSamples.Sections));

        Assert.Empty(Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void FlushFolder_FolderThatIsNotThere_SaysWhich()
    {
        if (!OperatingSystem.IsLinux()) return;

        IOException fault = Assert.Throws<IOException>(() => DurableFile.FlushFolder(PathOf("nowhere")));

        Assert.Contains(PathOf("nowhere"), fault.Message);
    }

    [Fact]
    public void ReadHeader_SectionDamagedOrCutOff_StillTellsTheHeader()
    {
        string path = PathOf("a.checkpoint");
        byte[] bytes = CheckpointSamples.Bytes;
        File.WriteAllBytes(path, bytes[..^60]);

        Assert.Equal(1187, CheckpointFile.ReadHeader(path).NextPosition);
    }

    [Fact]
    public void ReadHeader_EveryTruncationOfTheHead_IsFound()
    {
        string path = PathOf("a.checkpoint");
        byte[] bytes = CheckpointSamples.Bytes;
        long head = CheckpointFile.Inspect(bytes, "x").Parts[0].From;

        for (int length = 0; length < head; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Throws<CheckpointException>(() => CheckpointFile.ReadHeader(path));
        }
    }
}
