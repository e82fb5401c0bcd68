using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Gating;

/// <summary>How often each expert was right lately: averages of its 0/1 results at three rates, over the instances learned.</summary>
internal sealed class ExpertRecords
{
    /// <summary>Rate of the fast average: 0.04, about the last 25 results.</summary>
    public const float FastRate = 0.04f;

    /// <summary>Rate of the slow average: 0.005, about the last 200 results.</summary>
    public const float SlowRate = 0.005f;

    /// <summary>Rate of the very slow average: 0.001, about the last 1,000 results.</summary>
    public const float VerySlowRate = 0.001f;

    private const float Unknown = 0.5f, MostRate = 0.3f, MostWeight = 40;
    private readonly float[] _fast, _slow, _verySlow;

    /// <param name="experts">Number of experts; all averages start at 0.5.</param>
    public ExpertRecords(int experts)
    {
        (_fast, _slow, _verySlow) = (new float[experts], new float[experts], new float[experts]);
        for (int e = 0; e < experts; e++) Reset(e);
    }

    /// <value>Averages at <see cref="FastRate"/>, one an expert, in [0, 1].</value>
    public ReadOnlySpan<float> Fast => _fast;

    /// <value>Averages at <see cref="SlowRate"/>, one an expert, in [0, 1].</value>
    public ReadOnlySpan<float> Slow => _slow;

    /// <value>Averages at <see cref="VerySlowRate"/>, one an expert, in [0, 1].</value>
    public ReadOnlySpan<float> VerySlow => _verySlow;

    /// <summary>Forgets one expert's results: a newcomer took its slot.</summary>
    public void Reset(int expert) => _fast[expert] = _slow[expert] = _verySlow[expert] = Unknown;

    /// <summary>Starts one expert's averages at a known accuracy.</summary>
    public void Start(int expert, double accuracy) => _fast[expert] = _slow[expert] = _verySlow[expert] = (float)accuracy;

    /// <summary>Takes in who was right on a learned instance.</summary>
    /// <param name="label">The instance's class.</param>
    /// <param name="classes">Predicted class of each expert.</param>
    /// <param name="running">Experts that have an opinion; the records of others stay.</param>
    public void Add(int label, ReadOnlySpan<int> classes, ReadOnlySpan<bool> running)
    {
        for (int e = 0; e < _fast.Length; e++)
            if (running[e]) Add(e, classes[e] == label);
    }

    /// <summary>Takes in who was right on an instance that weighs more or less than others.</summary>
    /// <param name="label">The instance's class.</param>
    /// <param name="classes">Predicted class of each expert.</param>
    /// <param name="running">Experts that have an opinion; the records of others stay.</param>
    /// <param name="weight">What the rates are multiplied with, &gt; 0; they are at most 0.3 then.</param>
    public void Add(int label, ReadOnlySpan<int> classes, ReadOnlySpan<bool> running, float weight)
    {
        (float fast, float slow, float verySlow) = (Rate(FastRate), Rate(SlowRate), Rate(VerySlowRate));
        for (int e = 0; e < _fast.Length; e++)
        {
            if (!running[e]) continue;
            float right = classes[e] == label ? 1 : 0;
            _fast[e] += fast * (right - _fast[e]);
            _slow[e] += slow * (right - _slow[e]);
            _verySlow[e] += verySlow * (right - _verySlow[e]);
        }

        float Rate(float rate) => MathF.Min(MostRate, rate * MathF.Min(weight, MostWeight));
    }

    /// <summary>Takes in whether one expert was right.</summary>
    public void Add(int expert, bool wasRight)
    {
        float right = wasRight ? 1 : 0;
        _fast[expert] += FastRate * (right - _fast[expert]);
        _slow[expert] += SlowRate * (right - _slow[expert]);
        _verySlow[expert] += VerySlowRate * (right - _verySlow[expert]);
    }

    /// <summary>Writes the averages.</summary>
    public void Save(StateWriter writer)
    {
        writer.Mark("records");
        writer.Write(_fast);
        writer.Write(_slow);
        writer.Write(_verySlow);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(StateReader reader)
    {
        reader.Mark("records");
        reader.ReadNumbersInto(_fast.AsSpan(), "the fast averages");
        reader.ReadNumbersInto(_slow.AsSpan(), "the slow averages");
        reader.ReadNumbersInto(_verySlow.AsSpan(), "the very slow averages");
    }
}
