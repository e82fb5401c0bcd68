using System.Text.Json;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Events;

/// <summary>Writes predictions as they stand in docs/events.md.</summary>
/// <remarks><c>probabilities</c> has the classes that were known before the record, in class order: the <see cref="MostClasses"/> most probable
/// ones when there are more (of equal ones the first). A learner that knows nothing yet gives all classes the same.</remarks>
internal sealed class PredictionWriter(JsonOutput output, PassedHeaders passed)
{
    /// <summary>Most classes in <c>probabilities</c>: 100.</summary>
    public const int MostClasses = 100;

    private static readonly JsonEncodedText s_id = JsonEncodedText.Encode("id"), s_time = JsonEncodedText.Encode("time"),
        s_prediction = JsonEncodedText.Encode("prediction"), s_probabilities = JsonEncodedText.Encode("probabilities"),
        s_expert = JsonEncodedText.Encode("expert"), s_gate = JsonEncodedText.Encode("gate"), s_learned = JsonEncodedText.Encode("learned");

    private readonly List<JsonEncodedText> _classNames = [];
    private float[] _shares = [];
    private ulong[] _ranks = [];
    private int[] _chosen = [];

    /// <summary>The next class, in class order: to be told before a prediction that may have it.</summary>
    public void AddClass(string name) => _classNames.Add(JsonOutput.Encode(name));

    /// <summary>Writes one prediction.</summary>
    /// <param name="outputs">Where to.</param>
    /// <param name="key">The record's key.</param>
    /// <param name="id">The event's id.</param>
    /// <param name="time">The event's time.</param>
    /// <param name="record">The record.</param>
    /// <param name="prediction">The predicted class; −1 when no class is known.</param>
    /// <param name="probabilities">One a known class, as the learner tells them.</param>
    /// <param name="expert">Id of the leading expert.</param>
    /// <param name="gate">Its gate.</param>
    /// <param name="learned">Instances learned before.</param>
    public void Write(OutputBatch outputs, byte[]? key, ReadOnlySpan<byte> id, long time, in SourceRecord record,
        int prediction, ReadOnlySpan<float> probabilities, int expert, float gate, long learned)
    {
        Utf8JsonWriter json = output.Begin(outputs);
        json.WriteString(s_id, id);
        output.WriteTime(s_time, time);
        if (prediction >= 0) json.WriteString(s_prediction, _classNames[prediction]);
        else json.WriteNull(s_prediction);
        json.WriteStartObject(s_probabilities);
        WriteProbabilities(json, probabilities);
        json.WriteEndObject();
        json.WriteNumber(s_expert, expert);
        output.WriteNumber(s_gate, gate);
        output.WriteSource(record);
        json.WriteNumber(s_learned, learned);
        output.End(outputs, OutputKind.Prediction, key, record, passed.Of(record));
    }

    private void WriteProbabilities(Utf8JsonWriter json, ReadOnlySpan<float> probabilities)
    {
        if (!SaysSomething(probabilities))
        {
            if (_shares.Length < probabilities.Length) _shares = new float[probabilities.Length];
            _shares.AsSpan(0, probabilities.Length).Fill(1f / probabilities.Length);
            probabilities = _shares.AsSpan(0, probabilities.Length);
        }
        if (probabilities.Length <= MostClasses)
        {
            for (int c = 0; c < probabilities.Length; c++) json.WriteNumber(_classNames[c], probabilities[c]);
            return;
        }
        foreach (int c in MostProbable(probabilities)) json.WriteNumber(_classNames[c], probabilities[c]);
    }

    private static bool SaysSomething(ReadOnlySpan<float> probabilities)
    {
        float sum = 0;
        foreach (float share in probabilities) sum += share;
        return sum > 0 && float.IsFinite(sum);
    }

    /// <summary>The classes with the largest shares, in class order.</summary>
    private ReadOnlySpan<int> MostProbable(ReadOnlySpan<float> shares)
    {
        if (_ranks.Length < shares.Length) (_ranks, _chosen) = (new ulong[shares.Length], new int[MostClasses]);
        // Shares are not negative, so their bits order as they do.
        for (int c = 0; c < shares.Length; c++) _ranks[c] = (ulong)~BitConverter.SingleToUInt32Bits(shares[c]) << 32 | (uint)c;
        _ranks.AsSpan(0, shares.Length).Sort();
        for (int i = 0; i < MostClasses; i++) _chosen[i] = (int)(uint)_ranks[i];
        _chosen.AsSpan().Sort();
        return _chosen;
    }
}
