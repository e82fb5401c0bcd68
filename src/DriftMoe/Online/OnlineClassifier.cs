using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Online;

/// <summary>A learner for one event at a time: ask it, tell it the label, go on.</summary>
/// <remarks>
/// A thin front of <see cref="ILearner"/>: <see cref="Predict(ReadOnlySpan{double})"/> changes nothing, and learning event by event gives, bit for bit,
/// what <see cref="ILearner.Process"/> gives for the same rows in blocks. One thread at a time. Classes are found as their labels come. A nominal value
/// that is new becomes one more value when it is learned; beyond the cap of its domain it counts as missing.
/// </remarks>
/// <example>
/// <code>
/// Schema schema = new("loans", [SchemaAttribute.Numeric("amount"), SchemaAttribute.Nominal("country", [])], SchemaAttribute.Nominal("outcome", []));
/// using OnlineClassifier model = new(schema);
/// string? before = model.Predict(new Dictionary&lt;string, object?&gt; { ["amount"] = 120.0, ["country"] = "DK" });
/// model.Learn(new Dictionary&lt;string, object?&gt; { ["amount"] = 120.0, ["country"] = "DK" }, "paid");
/// </code>
/// </example>
public sealed class OnlineClassifier : IDisposable
{
    private readonly LearnerPreset _preset;
    private readonly long _seed;
    private readonly WorkRunner _work;
    private readonly LearnerSchema _schema;
    private readonly InstanceBlock _row;
    private readonly Predictions _dropped = new(1);
    private readonly double[] _features;

    /// <summary>Makes a learner that knows nothing yet.</summary>
    /// <param name="schema">What events look like; from now on this object's. Nominal domains and classes may be empty: they grow.</param>
    /// <param name="model">A model of <see cref="PresetCatalogue"/>, with options if need be: <c>adaptive-random-forest:learners=20</c>. The default is <c>adaptive</c>.</param>
    /// <param name="seed">Seeds everything that is random. The default is 1.</param>
    /// <param name="threads">Threads to learn on, in [1, 256]; the result does not depend on them. The default is 1.</param>
    /// <exception cref="Streams.Options.OptionException">There is no such model, or an option is unknown or out of range.</exception>
    public OnlineClassifier(Schema schema, string model = PresetCatalogue.Default, long seed = 1, int threads = 1)
        : this(PresetCatalogue.Parse(model), schema, seed, threads)
    {
    }

    private OnlineClassifier(LearnerPreset preset, Schema schema, long seed, int threads)
        : this(preset, seed, threads, work => (new LearnerSchema(schema), preset.Create(schema, seed, work)))
    {
    }

    private OnlineClassifier(LearnerPreset preset, long seed, int threads, Func<WorkRunner, (LearnerSchema Schema, ILearner Learner)> make)
    {
        (_preset, _seed, _work) = (preset, seed, new WorkRunner(threads));
        (_schema, Learner) = make(_work);
        _row = new InstanceBlock(Schema.AttributeCount, 1);
        _features = new double[Schema.AttributeCount];
    }

    /// <value>What events look like, with every value and class met so far.</value>
    public Schema Schema => _schema.Schema;

    /// <value>The learner itself, for pools, sizes and blocks of rows.</value>
    public ILearner Learner { get; }

    /// <value>Events learned so far.</value>
    public long Learned => Learner.Learned;

    /// <summary>Predicts an event's class, and learns nothing by it.</summary>
    /// <param name="features">A value an attribute in the schema's order; NaN = missing, a nominal value is its index.</param>
    /// <returns>The class; null before the first label.</returns>
    /// <exception cref="ArgumentException">There are more or fewer values than attributes.</exception>
    public string? Predict(ReadOnlySpan<double> features) => Predict(features, []);

    /// <summary>Predicts an event's class, and how probable each is.</summary>
    /// <param name="features">As of <see cref="Predict(ReadOnlySpan{double})"/>.</param>
    /// <param name="probabilities">Receives the probability of each class in the order of <see cref="Schema"/>; classes beyond its length are left out.
    /// The sum is 1, or 0 when nothing is known yet.</param>
    /// <returns>The class; null before the first label.</returns>
    /// <exception cref="ArgumentException">There are more or fewer values than attributes.</exception>
    public string? Predict(ReadOnlySpan<double> features, Span<float> probabilities)
    {
        Check(features);
        int predicted = Learner.Predict(features, probabilities).Class;
        return predicted < Schema.ClassCount ? Schema.ClassName(predicted) : Schema.ClassCount > 0 ? Schema.ClassName(0) : null;
    }

    /// <summary>Predicts an event's class, and learns nothing by it.</summary>
    /// <param name="features">Values by attribute name: any number for a numeric attribute, text, a boolean or an enum member for a nominal one;
    /// absent or null = missing.</param>
    /// <returns>The class; null before the first label.</returns>
    /// <exception cref="ArgumentException">A name is no attribute's, or a value is not of its attribute's type.</exception>
    public string? Predict(IReadOnlyDictionary<string, object?> features)
    {
        FeatureReader.Read(Schema, features, _features, grow: false);
        return Predict(_features);
    }

    /// <summary>Learns an event.</summary>
    /// <param name="features">As of <see cref="Predict(ReadOnlySpan{double})"/>.</param>
    /// <param name="label">Its class; one that is new becomes a class of its own.</param>
    /// <exception cref="ArgumentException">There are more or fewer values than attributes, or the label is new and there are as many classes as allowed.</exception>
    public void Learn(ReadOnlySpan<double> features, string label)
    {
        Check(features);
        NominalDomain classes = Schema.Class.Domain!;
        if (!classes.TryGetOrAdd(label, out int index))
            throw new ArgumentException($"label was '{label}', a new class; there are {classes.Count} already, as many as the cap of attribute '{Schema.Class.Name}' allows.", nameof(label));
        _row.Clear();
        _row.Add(features, index);
        Learner.Process(_row, _dropped);
    }

    /// <summary>Learns an event.</summary>
    /// <param name="features">As of <see cref="Predict(IReadOnlyDictionary{string, object})"/>.</param>
    /// <param name="label">Its class; one that is new becomes a class of its own.</param>
    /// <exception cref="ArgumentException">A name is no attribute's, a value is not of its attribute's type, or there is no room for the label.</exception>
    public void Learn(IReadOnlyDictionary<string, object?> features, string label)
    {
        FeatureReader.Read(Schema, features, _features, grow: true);
        Learn(_features, label);
    }

    /// <summary>Writes the whole state to a file, replacing it only when everything is on disk.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        CheckpointHeader header = new(_preset.Name, _seed, Schema.Relation, Learned, _preset.LearningOptions.ToDictionary()) { Schema = _schema };
        CheckpointFile.Write(path, header, [new CheckpointSection(CheckpointSection.Learner, Learner.Save)]);
    }

    /// <summary>Reads what <see cref="Save"/> or <c>streammoe replay --checkpoint</c> wrote: goes on bit for bit as if nothing had ended.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">Threads to learn on, in [1, 256]. The default is 1.</param>
    /// <exception cref="CheckpointException">The file is no intact checkpoint of this build's formats, or has no learner in it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static OnlineClassifier Open(string path, int threads = 1)
    {
        Checkpoint checkpoint = CheckpointFile.Read(path);
        LearnerPreset preset = PresetCatalogue.Create(checkpoint.Header.Model, [.. checkpoint.Header.LearningOptions.Where(option => !option.Key.Contains(':'))]);
        LearnerSchema saved = checkpoint.Header.Schema ?? throw new CheckpointException($"Checkpoint {path} has no schema yet, so there is no learner in it.");
        return new OnlineClassifier(preset, checkpoint.Header.Seed, threads, work =>
        {
            ILearner? learner = null;
            LearnerSchema schema = saved.Remake(young => learner = preset.Create(young, checkpoint.Header.Seed, work));
            checkpoint.Load(CheckpointSection.Learner, learner!.Load);
            return (schema, learner!);
        });
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose() => _work.Dispose();

    private void Check(ReadOnlySpan<double> features)
    {
        if (features.Length != Schema.AttributeCount)
            throw new ArgumentException($"features has {features.Length} values; the schema has {Schema.AttributeCount} attributes.", nameof(features));
    }
}
