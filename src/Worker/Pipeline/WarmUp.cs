using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Streams;
using StreamMoe.Streams.Randomness;

namespace StreamMoe.Worker.Pipeline;

/// <summary>Has the runtime compile a model's code before the first real instance, by a learner that is thrown away.</summary>
/// <remarks>
/// The learner sees made-up rows of the stream's shape, whose classes can be told apart and change places half-way, so that trees split and
/// detectors signal. It shares nothing with the real one: results do not depend on whether it ran. Once a process and preset; it ends after
/// <see cref="MostRows"/> rows or <see cref="MostCpuTime"/>, whichever comes first.
/// </remarks>
internal static class WarmUp
{
    /// <summary>Rows that are learned at most: 2,048.</summary>
    public const int MostRows = 2048;

    /// <summary>CPU time of the process after which no further block of rows is begun: 0.5 s.</summary>
    public static readonly TimeSpan MostCpuTime = TimeSpan.FromSeconds(0.5);

    private const int BlockRows = 128;
    private static readonly HashSet<string> s_done = [];

    /// <summary>Runs a preset's code unless this process has done so before.</summary>
    /// <param name="preset">The model.</param>
    /// <param name="schema">What the real rows look like; stays as it is.</param>
    /// <param name="work">The threads that the real learner will use.</param>
    public static void Run(LearnerPreset preset, Schema schema, WorkRunner work)
    {
        lock (s_done)
        {
            if (!s_done.Add(preset.Name)) return;
        }
        TimeSpan start = Environment.CpuUsage.TotalTime;
        Schema own = Copy(schema);
        ILearner learner = preset.Create(own, seed: 1, work);
        InstanceBlock block = new(own.AttributeCount, BlockRows);
        Predictions predictions = new(BlockRows);
        PrequentialEvaluator total = new(own.ClassCount);
        WindowEvaluator window = new(BlockRows, own.ClassCount);
        JavaRandom random = new(1);
        for (int row = 0; row < MostRows && Environment.CpuUsage.TotalTime - start < MostCpuTime;)
        {
            for (block.Clear(); !block.IsFull; row++) Draw(own, random, block, shift: row < MostRows / 2 ? 0 : 1);
            learner.Process(block, predictions);
            for (int r = 0; r < block.Count; r++)
            {
                total.Add(block.Labels[r], predictions.Classes[r]);
                window.Add(block.Labels[r], predictions.Classes[r]);
            }
        }
    }

    private static void Draw(Schema schema, JavaRandom random, InstanceBlock block, int shift)
    {
        int classes = schema.ClassCount, label = random.NextInt(classes);
        Span<double> row = block.BeginRow();
        for (int a = 0; a < row.Length; a++)
        {
            int values = schema.Attributes[a].Domain?.Count ?? 0;
            row[a] = values == 0 ? label + random.NextDouble() : (label + random.NextInt(2)) % values;
        }
        block.EndRow((label + shift) % classes);
    }

    // A nominal attribute without values, and a class with less than two, get some.
    private static Schema Copy(Schema schema)
    {
        return new Schema(schema.Relation, schema.Attributes.Select(a => Copy(a, 1)), Copy(schema.Class, 2));

        static SchemaAttribute Copy(SchemaAttribute attribute, int least) => attribute.Domain is { } domain
            ? SchemaAttribute.Nominal(attribute.Name, domain.Count < least ? Enumerable.Range(0, least).Select(i => $"v{i}") : domain.Values)
            : SchemaAttribute.Numeric(attribute.Name);
    }
}
