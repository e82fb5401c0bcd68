using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Experts.State;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Tests.Extremes;

/// <summary>Every model on every extreme stream: predictions are classes, probabilities are probabilities, the state stays small and comes back.</summary>
public sealed class ExtremeStreamTests
{
    private const int BlockSize = 100;

    /// <summary>No model may grow beyond this on a few thousand rows: 256 MiB.</summary>
    private const long MostBytes = 256L << 20;

    public static IEnumerable<object[]> All => PresetCatalogue.Names.SelectMany(p => ExtremeStream.All.Select(s => new object[] { p, s.Name }));

    [Theory]
    [MemberData(nameof(All))]
    public void Process_ExtremeStream_PredictsClassesWithinMemory_AndTheStateComesBack(string preset, string name)
    {
        ExtremeStream stream = ExtremeStream.All.First(s => s.Name == name);
        InstanceBlock rows = stream.Draw();
        LearnerPreset model = PresetCatalogue.Create(preset, []);
        using WorkRunner work = new(1);
        ILearner learner = model.Create(stream.NewSchema(), 1, work);

        int before = rows.Count - Math.Min(200, rows.Count / 2);
        Feed(learner, rows, 0, before);
        byte[] saved = Save(learner);
        ILearner loaded = model.Create(stream.NewSchema(), 1, work);
        loaded.Load(new StateReader(new MemoryStream(saved)));

        Assert.Equal(saved, Save(loaded));
        Assert.Equal(Feed(learner, rows, before, rows.Count), Feed(loaded, rows, before, rows.Count));
        Assert.Equal(Save(learner), Save(loaded));
        Assert.Equal(rows.Count, learner.Learned);
        Assert.InRange(learner.ByteSize, 1, MostBytes);
        Assert.InRange(saved.LongLength, 1, MostBytes);
        Assert.All(learner.Describe().Members, m => Assert.InRange(m.Share, 0, 1));
    }

    private static List<int> Feed(ILearner learner, InstanceBlock rows, int from, int to)
    {
        List<int> classes = [];
        InstanceBlock block = new(rows.AttributeCount, BlockSize, learner.ContextLength);
        Predictions answers = new(BlockSize, learner.ContextLength, probabilities: true);
        for (int start = from; start < to; start += BlockSize)
        {
            block.Clear();
            for (int r = start; r < Math.Min(start + BlockSize, to); r++) block.Add(rows.Row(r), rows.Labels[r]);
            learner.Process(block, answers);
            for (int r = 0; r < block.Count; r++)
            {
                Check(answers, r, learner.Schema.ClassCount, start + r);
                classes.Add(answers.Classes[r]);
            }
        }
        return classes;
    }

    private static void Check(Predictions answers, int row, int classes, int at)
    {
        if (answers.Classes[row] < 0 || answers.Classes[row] >= classes) Assert.Fail($"Row {at}: the prediction is {answers.Classes[row]} of {classes} classes.");
        if (!(answers.Gates[row] > 0 && answers.Gates[row] <= 1)) Assert.Fail($"Row {at}: the gate is {answers.Gates[row]}.");
        double sum = 0;
        foreach (float probability in answers.Probabilities(row))
        {
            if (!(probability >= 0 && probability <= 1)) Assert.Fail($"Row {at}: a probability is {probability}.");
            sum += probability;
        }
        if (sum != 0 && Math.Abs(sum - 1) > 1e-3) Assert.Fail($"Row {at}: the probabilities' sum is {sum}.");
    }

    private static byte[] Save(ILearner learner)
    {
        MemoryStream bytes = new();
        learner.Save(new StateWriter(bytes));
        return bytes.ToArray();
    }
}
