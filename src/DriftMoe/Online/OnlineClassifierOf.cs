using StreamMoe.DriftMoe.Presets;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Online;

/// <summary>An <see cref="OnlineClassifier"/> whose events are objects of a type: its public properties are the attributes.</summary>
/// <remarks>A number (nullable or not) is a numeric attribute; text, a boolean or an enum a nominal one. Properties are read by code that is compiled
/// once a type: no reflection an event. One thread at a time.</remarks>
/// <typeparam name="T">A record or class with readable public properties of these types; others are refused.</typeparam>
/// <example>
/// <code>
/// record Loan(double Amount, string Country, bool Returning);
///
/// using OnlineClassifier&lt;Loan&gt; model = new();
/// string? before = model.Predict(new Loan(120, "DK", true));
/// model.Learn(new Loan(120, "DK", true), "paid");
/// </code>
/// </example>
public sealed class OnlineClassifier<T> : IDisposable
    where T : notnull
{
    private readonly double[] _features;

    /// <summary>Makes a learner that knows nothing yet.</summary>
    /// <param name="model">As of <see cref="OnlineClassifier"/>.</param>
    /// <param name="seed">Seeds everything that is random. The default is 1.</param>
    /// <param name="threads">Threads to learn on, in [1, 256]. The default is 1.</param>
    /// <exception cref="ArgumentException">A property of the type is neither a number nor text, boolean or enum, or there is none.</exception>
    /// <exception cref="Streams.Options.OptionException">There is no such model, or an option is unknown or out of range.</exception>
    public OnlineClassifier(string model = PresetCatalogue.Default, long seed = 1, int threads = 1)
        : this(new OnlineClassifier(PropertyReader<T>.CreateSchema(), model, seed, threads))
    {
    }

    private OnlineClassifier(OnlineClassifier model) => (Model, _features) = (model, new double[model.Schema.AttributeCount]);

    /// <value>The same learner, by rows of numbers and by dictionaries.</value>
    public OnlineClassifier Model { get; }

    /// <summary>Predicts an event's class, and learns nothing by it.</summary>
    /// <returns>The class; null before the first label.</returns>
    public string? Predict(T features) => Predict(features, []);

    /// <summary>Predicts an event's class, and how probable each is.</summary>
    /// <param name="features">The event.</param>
    /// <param name="probabilities">As of <see cref="OnlineClassifier.Predict(ReadOnlySpan{double}, Span{float})"/>.</param>
    /// <returns>The class; null before the first label.</returns>
    public string? Predict(T features, Span<float> probabilities)
    {
        PropertyReader<T>.Read(Model.Schema, features, _features, grow: false);
        return Model.Predict(_features, probabilities);
    }

    /// <summary>Learns an event.</summary>
    /// <param name="features">The event.</param>
    /// <param name="label">Its class; one that is new becomes a class of its own.</param>
    /// <exception cref="ArgumentException">The label is new and there are as many classes as allowed.</exception>
    public void Learn(T features, string label)
    {
        PropertyReader<T>.Read(Model.Schema, features, _features, grow: true);
        Model.Learn(_features, label);
    }

    /// <summary>Reads what <see cref="OnlineClassifier.Save"/> of a learner for this type wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">Threads to learn on, in [1, 256]. The default is 1.</param>
    /// <exception cref="ArgumentException">The file's attributes are not the type's properties.</exception>
    /// <exception cref="Checkpoints.CheckpointException">The file is no intact checkpoint, or has no learner in it.</exception>
    public static OnlineClassifier<T> Open(string path, int threads = 1)
    {
        OnlineClassifier model = OnlineClassifier.Open(path, threads);
        string[] wanted = [.. PropertyReader<T>.CreateSchema().Attributes.Select(Described)], found = [.. model.Schema.Attributes.Select(Described)];
        if (wanted.SequenceEqual(found)) return new OnlineClassifier<T>(model);
        model.Dispose();
        throw new ArgumentException($"{path} has the attributes {string.Join(", ", found)}; {typeof(T).Name} has {string.Join(", ", wanted)}. Open it by the type that it was made with, or by OnlineClassifier.Open.", nameof(path));

        static string Described(SchemaAttribute attribute) => $"{attribute.Name} ({(attribute.IsNominal ? "nominal" : "numeric")})";
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose() => Model.Dispose();
}
