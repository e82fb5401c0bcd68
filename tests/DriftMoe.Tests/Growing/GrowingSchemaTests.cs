using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Work;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Tests.Growing;

/// <summary>While values and classes turn up, the state depends neither on where blocks are cut, nor on crashes: bytes of state are equal.</summary>
public sealed class GrowingSchemaTests
{
    private const int Rows = 6500;

    private const string Quick = "lifecycle.evidence=400 lifecycle.trial=400 lifecycle.tryEvery=1000 lifecycle.refractory=300 lifecycle.shadow=400 "
        + "lifecycle.background=true lifecycle.warningDelta=0.2 lifecycle.driftDelta=0.05 lifecycle.leastRunning=2 lifecycle.reserveTrials=3 router.hidden1=8";

    /// <summary>Every model, and mixtures that make every kind of expert late: as a reserve, as an archived concept.</summary>
    public static TheoryData<string, string> Models => new()
    {
        { "adaptive", $"{Quick} lifecycle.parkBelow=0.02|pool=net:hidden1=8 hoeffding-tree drifting-tree|lifecycle.reserve=drifting-tree:lambda=1 naive-bayes" },
        { "adaptive", $"{Quick} lifecycle.parkBelow=0.05|pool=drifting-tree:warningDelta=0.1,driftDelta=0.05,tree.gracePeriod=30 majority drifting-tree:tree.maxByteSize=20000,driftDelta=0.05 no-change"
            + "|lifecycle.reserve=net:hidden1=4,averaged=true neighbours:window=100,innerWindow=50 forgetting-bayes hoeffding-tree:maxByteSize=20000 hoeffding-adaptive-tree majority no-change" },
        { "adaptive", "trainTop=2|pool=net:hidden1=4 drifting-tree neighbours:window=100,innerWindow=50 no-change" },
        { "moe-data", "experts=4 topK=2 router.hidden1=8 router.hidden2=4 router.interval=32" },
        { "moe-task", "router.hidden1=8 router.hidden2=4 tree.gracePeriod=30" },
        { "moe-task", "router.hidden1=8 router.hidden2=4 tree.maxByteSize=20000 prediction=logits-and-votes" },
        { "hoeffding-tree", "gracePeriod=30" },
        { "hoeffding-tree", "gracePeriod=30 maxByteSize=20000" },
        { "hoeffding-adaptive-tree", "gracePeriod=30" },
        { "leveraging-bagging", "learners=3" },
        { "adaptive-random-forest", "learners=3 tree.gracePeriod=30 driftDelta=0.05 warningDelta=0.1" },
        { "streaming-random-patches", "learners=3 driftDelta=0.05 warningDelta=0.1" },
        { "drifting-tree", "warningDelta=0.1 driftDelta=0.05 tree.gracePeriod=30 lambda=1" },
        { "net", "hidden1=4 averaged=true stepEvery=4" },
        { "neighbours", "window=100 innerWindow=50" },
        { "forgetting-bayes", "" },
        { "naive-bayes", "" },
        { "majority", "" },
        { "no-change", "" },
    };

    [Fact]
    public void Models_NameEveryModel() => Assert.Equal(PresetCatalogue.Names.Order(), Models.Select(row => row.Data.Item1).Distinct().Order());

    [Theory]
    [MemberData(nameof(Models))]
    public void Process_CutAndCrashedAnywhere_SamePredictionsAndState(string model, string options)
    {
        LearnerPreset preset = PresetCatalogue.Create(model, Settings(options));
        for (int seed = 1; seed <= 3; seed++)
        {
            GrowingRows rows = new(seed, Rows);
            Run undisturbed = new(preset, rows), atOnce = new(preset, rows), crashed = new(preset, rows);
            Random random = new(seed);

            for (int row = 0; row < Rows; row++) undisturbed.Take(1);
            atOnce.Take(Rows);
            for (int crashes = 0; crashed.Next < Rows; crashes++)
            {
                for (int end = crashed.Next + random.Next(800); crashed.Next < Math.Min(end, Rows);) crashed.Take(1 + random.Next(200));
                crashed.Crash();
            }

            Assert.True(undisturbed.State.AsSpan().SequenceEqual(atOnce.State), $"seed {seed}: the state depends on the cut");
            Assert.Equal(undisturbed.Predictions, atOnce.Predictions);
            Assert.True(undisturbed.State.AsSpan().SequenceEqual(crashed.State), $"seed {seed}: the state depends on crashes");
            Assert.Equal(undisturbed.Predictions, crashed.Predictions);
        }
    }

    /// <summary>Options are separated by blanks; those whose values have blanks stand behind bars.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Settings(string text)
    {
        string[] parts = text.Split('|');
        foreach (string setting in (string[])[.. parts[0].Split(' ', StringSplitOptions.RemoveEmptyEntries), .. parts[1..]])
        {
            string[] sides = setting.Split('=', 2);
            yield return new(sides[0], sides[1]);
        }
    }

    /// <summary>A learner over the rows, which may crash: then it goes on from the checkpoint alone.</summary>
    private sealed class Run
    {
        private static readonly WorkRunner s_work = new(1);
        private readonly LearnerPreset _preset;
        private readonly GrowingRows _rows;
        private LearnerSchema _schema;
        private ILearner _learner;

        public Run(LearnerPreset preset, GrowingRows rows)
        {
            (_preset, _rows) = (preset, rows);
            _schema = new LearnerSchema(rows.Declared());
            _learner = preset.Create(_schema.Schema, 1, s_work);
        }

        public int Next { get; private set; }

        public List<int> Predictions { get; } = [];

        public byte[] State => Bytes();

        /// <summary>Takes rows as one block: all that is new in them is known before the first is learned.</summary>
        public void Take(int count)
        {
            count = Math.Min(count, _rows.Count - Next);
            InstanceBlock block = new(3, count);
            Predictions answers = new(count);
            for (int r = 0; r < count; r++) _rows.Add(Next + r, _schema.Schema, block);
            _learner.Process(block, answers);
            Predictions.AddRange(answers.Classes[..count]);
            Next += count;
        }

        public void Crash()
        {
            Checkpoint found = CheckpointFile.Read(Bytes(), "memory");
            _schema = found.Header.Schema!.Remake(young => _learner = _preset.Create(young, found.Header.Seed, s_work));
            found.Load(CheckpointSection.Learner, _learner.Load);
        }

        private byte[] Bytes() => CheckpointFile.ToBytes(
            new CheckpointHeader(_preset.Name, 1, "rows", Next, _preset.Options.ToDictionary()) { Schema = _schema }, [new(CheckpointSection.Learner, _learner.Save)]);
    }
}
