using System.Buffers.Binary;
using System.Security.Cryptography;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Tests.Checkpoints;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Experts.State;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Tests.Common;

namespace StreamMoe.DriftMoe.Tests.Fuzz;

/// <summary>Damaged checkpoints: refused by their digests, and where somebody made the digests fit, by whoever reads what is in them.</summary>
public sealed class CheckpointFuzzTests
{
    private const int Prefix = 16, Digest = 32;

    /// <summary>Small models that have, all together, every kind of expert's state.</summary>
    private static readonly LearnerPreset[] s_models =
    [
        PresetCatalogue.Create("adaptive", [new("pool", "net:hidden1=4 neighbours:window=20,innerWindow=10 hoeffding-tree drifting-tree no-change majority naive-bayes")]),
        PresetCatalogue.Create("moe-data", [new("experts", "3"), new("router.hidden1", "4"), new("router.hidden2", "2"), new("router.interval", "16")]),
        PresetCatalogue.Create("moe-task", [new("router.hidden1", "4"), new("router.hidden2", "2")]),
        PresetCatalogue.Create("hoeffding-tree", [new("gracePeriod", "20")]),
        PresetCatalogue.Create("hoeffding-adaptive-tree", [new("gracePeriod", "20")]),
        PresetCatalogue.Create("naive-bayes", []),
        PresetCatalogue.Create("adaptive-random-forest", [new("learners", "2"), new("tree.gracePeriod", "20")]),
        PresetCatalogue.Create("streaming-random-patches", [new("learners", "2")]),
        PresetCatalogue.Create("leveraging-bagging", []),
    ];

    private static readonly WorkRunner s_lanes = new(1);
    private static readonly Schema s_schema = NewSchema();
    private static readonly byte[][] s_states = [.. s_models.Select(StateOf)];

    [Fact]
    public void Head_SomeDamaged_AreRefusedClearly() => Heads(FuzzCases.Quick);

    [Fact, Trait("Category", "Slow")]
    public void Head_ManyDamaged_AreRefusedClearly() => Heads(FuzzCases.CheckpointHeads);

    [Fact]
    public void State_SomeDamaged_AreLoadedOrRefusedClearly() => States(FuzzCases.Quick / 2);

    [Fact, Trait("Category", "Slow")]
    public void State_ManyDamaged_AreLoadedOrRefusedClearly() => States(FuzzCases.CheckpointStates);

    private static void Heads(int cases)
    {
        Mutation mutation = new([CheckpointSamples.Bytes], "SMOECKPT", "learner", "moe-data", "\0\0\0\0", "\u0001\0\0\0");
        (int accepted, int refused) = FuzzRun.Run(cases, seed => seed % 4 == 0 ? mutation.Make(seed) : Sealed(mutation.Make(seed)), bytes =>
        {
            CheckpointInspection found = CheckpointFile.Inspect(bytes, "fuzz");
            foreach (CheckpointFault fault in found.Faults)
                Assert.True(fault.From >= 0 && fault.Length >= 0 && fault.From + fault.Length <= Math.Max(bytes.Length, fault.From), $"The fault {fault} of {bytes.Length} bytes.");
            try
            {
                Checkpoint checkpoint = CheckpointFile.Read(bytes, "fuzz");
                foreach (CheckpointPart part in checkpoint.Parts) Assert.InRange(part.From + part.Length, 0, bytes.Length);
                return true;
            }
            catch (CheckpointException e)
            {
                Assert.StartsWith(e is CheckpointFormatException ? "Checkpoint fuzz is of another format: " : "Checkpoint fuzz cannot be used: ", e.Message, StringComparison.Ordinal);
                return false;
            }
        });
        Assert.True(accepted > cases / 100 && refused > cases / 20, $"{accepted} accepted, {refused} refused");
    }

    private static void States(int cases)
    {
        Mutation[] mutations = [.. s_states.Select(s => new Mutation([s], "\0\0\0\0", "\u0001\0\0\0"))];
        int model = 0;
        (int accepted, int refused) = FuzzRun.Run(cases, seed => mutations[model = seed % mutations.Length].Make(seed), bytes =>
        {
            ILearner learner = s_models[model].Create(s_schema, 1, s_lanes);
            try
            {
                learner.Load(new StateReader(new MemoryStream(bytes, writable: false)));
                return true;
            }
            catch (StateFormatException e)
            {
                Assert.InRange(e.Message.Length, 20, 2000);
                return false;
            }
        });
        Assert.True(accepted > cases / 100 && refused > cases / 20, $"{accepted} accepted, {refused} refused");
    }

    /// <summary>Makes length and digests of a damaged checkpoint fit again, where there is enough of it.</summary>
    private static byte[] Sealed(byte[] bytes)
    {
        byte[] whole = CheckpointSamples.Bytes;
        int head = BinaryPrimitives.ReadInt32LittleEndian(whole.AsSpan(Prefix - 4)) + Prefix, end = head + bytes.Length - whole.Length;
        if (end < Prefix || end + Digest > bytes.Length) return bytes;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(Prefix - 4), end - Prefix);
        SHA256.HashData(bytes.AsSpan(0, end)).CopyTo(bytes, end);
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - Digest)).CopyTo(bytes, bytes.Length - Digest);
        return bytes;
    }

    private static byte[] StateOf(LearnerPreset preset)
    {
        using InstanceStream stream = StreamCatalogue.Open("sea:function=1", 3);
        InstanceBlock block = new(stream.Schema.AttributeCount, 120);
        ILearner learner = preset.Create(s_schema, 1, s_lanes);
        stream.Fill(block);
        learner.Process(block, new Predictions(120));
        MemoryStream bytes = new();
        learner.Save(new StateWriter(bytes));
        return bytes.ToArray();
    }

    private static Schema NewSchema()
    {
        using InstanceStream stream = StreamCatalogue.Open("sea:function=1", 3);
        return stream.Schema;
    }
}
