using FsCheck;
using FsCheck.Fluent;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Tests.Checkpoints;

/// <summary>The format: what is written comes back, and what was changed is found, with its place.</summary>
public sealed class CheckpointFileTests
{
    [Fact]
    public void Read_WhatWasWritten_ComesBackWhole()
    {
        Checkpoint found = CheckpointFile.Read(CheckpointSamples.Bytes, "sample");

        Assert.Equal(("moe-data", 42L, "events-3", 1187L, 5L), (found.Header.Model, found.Header.Seed, found.Header.Stream, found.Header.NextPosition, found.Header.Generation));
        Assert.StartsWith("StreamMoE ", found.Header.CreatedBy);
        Assert.Equal(CheckpointSamples.Header.LearningOptions.OrderBy(o => o.Key), found.Header.LearningOptions.OrderBy(o => o.Key));
        Schema schema = found.Header.Schema!.Schema;
        Assert.Equal("garden", schema.Relation);
        Assert.Equal([("height", false), ("colour", true)], schema.Attributes.Select(a => (a.Name, a.IsNominal)));
        Assert.Equal(["red", "grün"], schema.Attributes[1].Domain!.Values);
        Assert.Equal((7, 3), (schema.Attributes[1].Domain!.Cap, schema.Class.Domain!.Cap));
        Assert.Equal(["learner", "empty", "worker"], found.Parts.Select(p => p.Name));
        found.Load("learner", reader =>
        {
            reader.Mark("tree");
            Assert.Equal([1.5, -0.0, double.NaN], reader.ReadArray<double>());
        });
        found.Load("empty", _ => { });
        found.Load("worker", reader => Assert.Equal("held back", reader.ReadString()));
    }

    [Fact]
    public void Read_EveryTruncation_IsFound()
    {
        byte[] whole = CheckpointSamples.Bytes;

        for (int length = 0; length < whole.Length; length++)
            Assert.Throws<CheckpointException>(() => CheckpointFile.Read(whole[..length], "cut"));
    }

    [Fact]
    public void Read_EveryFlippedBit_IsFound()
    {
        byte[] bytes = CheckpointSamples.Bytes;

        for (int i = 0; i < 8 * bytes.Length; i++)
        {
            bytes[i / 8] ^= (byte)(1 << (i % 8));
            CheckpointInspection found = CheckpointFile.Inspect(bytes, "flipped");
            Assert.True(found.Faults.Count == 1, $"bit {i}: {found.Faults.Count} faults");
            Assert.InRange(i / 8, found.Faults[0].From, found.Faults[0].From + found.Faults[0].Length - 1);
            bytes[i / 8] ^= (byte)(1 << (i % 8));
        }
    }

    [Fact]
    public void Read_BytesBehindTheEnd_AreFound()
    {
        CheckpointException fault = Assert.Throws<CheckpointException>(() => CheckpointFile.Read([.. CheckpointSamples.Bytes, 0], "long"));

        Assert.Contains("the end, bytes", fault.Message);
    }

    /// <summary>Arbitrary sections come back; any one change of a stretch of bytes, or any cut, is found where it is.</summary>
    [Fact]
    public void Inspect_AnySectionsAnyDamage_IsFound() => Prop.ForAll(
        (from contents in Gen.ArrayOf(Gen.ArrayOf(Gen.Choose(0, 255))).Where(a => a.Length > 0)
         from place in Gen.Choose(0, int.MaxValue - 1)
         from length in Gen.Choose(1, 40)
         from change in Gen.Choose(1, 255)
         select (contents, place, length, change)).ToArbitrary(), c =>
        {
            byte[][] contents = [.. c.contents.Select(s => s.Select(v => (byte)v).ToArray())];
            byte[] bytes = CheckpointFile.ToBytes(CheckpointSamples.Header, [.. contents.Select((s, i) => new CheckpointSection($"s{i}", w => w.Write(s)))]);
            Checkpoint whole = CheckpointFile.Read((byte[])bytes.Clone(), "whole");
            for (int i = 0; i < contents.Length; i++) whole.Load($"s{i}", reader => Assert.Equal(contents[i], reader.ReadArray<byte>()));

            int from = c.place % bytes.Length, to = Math.Min(from + c.length, bytes.Length);
            Assert.NotEmpty(CheckpointFile.Inspect(bytes[..from], "cut").Faults);
            for (int i = from; i < to; i++) bytes[i] ^= (byte)c.change;
            Assert.Contains(CheckpointFile.Inspect(bytes, "changed").Faults, f => f.From < to && from < f.From + f.Length);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Inspect_DamagedSection_IsNamedAndTheOthersAreIntact()
    {
        byte[] bytes = CheckpointSamples.Bytes;
        CheckpointPart learner = CheckpointFile.Inspect(bytes, "x").Parts[0];
        bytes[learner.From + 3] ^= 0x10;

        CheckpointInspection found = CheckpointFile.Inspect(bytes, "x");

        Assert.Equal([$"section 'learner', bytes {learner.From} to {learner.From + learner.Length - 1}: its SHA-256 does not match"], found.Faults.Select(f => f.ToString()));
        Assert.Equal([false, true, true], found.Parts.Select(p => p.IsIntact));
        Assert.Equal(1187, found.Header!.NextPosition);
    }

    [Fact]
    public void Inspect_TwoDamagedSections_BothAreNamed()
    {
        byte[] bytes = CheckpointSamples.Bytes;
        IReadOnlyList<CheckpointPart> parts = CheckpointFile.Inspect(bytes, "x").Parts;
        bytes[parts[0].From] ^= 1;
        bytes[parts[2].From] ^= 1;

        Assert.Equal(["section 'learner'", "section 'worker'"], CheckpointFile.Inspect(bytes, "x").Faults.Select(f => f.Part));
    }

    [Theory]
    [InlineData(2, "it has format 2, which StreamMoE 0.1.0 wrote; this build reads 3")]
    [InlineData(4, "it has format 4, which a later release of StreamMoE wrote; this build reads 3")]
    public void Read_AnotherFormat_IsCalledThatAndNotDamaged(int format, string expected)
    {
        byte[] bytes = CheckpointSamples.OfFormat(format);

        CheckpointFormatException fault = Assert.Throws<CheckpointFormatException>(() => CheckpointFile.Read(bytes, "a.checkpoint"));

        Assert.StartsWith($"Checkpoint a.checkpoint is of another format: {expected}", fault.Message, StringComparison.Ordinal);
        Assert.Equal(expected, CheckpointFile.Inspect(bytes, "a").OtherFormat);
        Assert.Null(CheckpointFile.Inspect(CheckpointSamples.Bytes, "a").OtherFormat);
    }

    [Theory]
    [InlineData(0, 'X', "does not begin with 'SMOECKPT'")]
    [InlineData(8, (char)1, "its SHA-256 does not match")]
    public void Read_OtherMagicOrDamagedFormat_SaysWhatWasFound(int place, char value, string expected)
    {
        byte[] bytes = CheckpointSamples.Bytes;
        bytes[place] = (byte)value;

        CheckpointException fault = Assert.Throws<CheckpointException>(() => CheckpointFile.Read(bytes, "a.checkpoint"));

        Assert.Contains("a.checkpoint", fault.Message);
        Assert.Contains(expected, fault.Message);
    }

    [Fact]
    public void Load_MissingSection_NamesThoseThatAreThere()
    {
        Checkpoint found = CheckpointFile.Read(CheckpointSamples.Bytes, "a.checkpoint");

        CheckpointException fault = Assert.Throws<CheckpointException>(() => found.Load("replay", _ => { }));

        Assert.Equal("Checkpoint a.checkpoint has no section 'replay'; it has 'learner', 'empty', 'worker'.", fault.Message);
    }

    [Fact]
    public void Load_ReaderThatLeavesOrExceedsTheSection_IsRefused()
    {
        Checkpoint found = CheckpointFile.Read(CheckpointSamples.Bytes, "a.checkpoint");

        CheckpointException tooFew = Assert.Throws<CheckpointException>(() => found.Load("worker", reader => reader.ReadInt32()));
        CheckpointException tooMany = Assert.Throws<CheckpointException>(() => found.Load("empty", reader => reader.ReadInt64()));

        Assert.Contains("4 of its 13 bytes were understood", tooFew.Message);
        Assert.Contains("section 'empty'", tooMany.Message);
    }

    [Fact]
    public void ToBytes_SameSectionTwiceOrNone_IsRefused()
    {
        CheckpointSection one = new("learner", _ => { });

        Assert.Throws<ArgumentException>(() => CheckpointFile.ToBytes(CheckpointSamples.Header, [one, one]));
        Assert.Throws<ArgumentException>(() => CheckpointFile.ToBytes(CheckpointSamples.Header, []));
    }
}
