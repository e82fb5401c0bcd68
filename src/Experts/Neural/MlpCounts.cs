using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Neural;

/// <summary>What a member counts: its steps with the powers that Adam's bias correction takes, its rows, and the seed of its dropout masks.</summary>
internal sealed class MlpCounts
{
    /// <summary>Adam steps made.</summary>
    public long Steps { get; private set; }

    /// <summary>β₁ to the power of the steps made, by repeated multiplication; 0 once it is below 1e-30.</summary>
    public double Beta1Power { get; private set; } = 1;

    /// <summary>β₂ to the power of the steps made, likewise.</summary>
    public double Beta2Power { get; private set; } = 1;

    /// <summary>Rows trained on: the counter of the dropout masks in training.</summary>
    public long TrainedRows { get; set; }

    public ulong DropoutSeed { get; set; }

    /// <summary>Counts a step.</summary>
    public void BeginStep(MlpOptions options)
    {
        Steps++;
        Beta1Power = NextPower(Beta1Power, options.Beta1);
        Beta2Power = NextPower(Beta2Power, options.Beta2);
    }

    public MlpCounts Copy() => (MlpCounts)MemberwiseClone();

    public void Save(StateWriter writer)
    {
        writer.Write(Steps);
        writer.Write(Beta1Power);
        writer.Write(Beta2Power);
        writer.Write(TrainedRows);
        writer.Write(DropoutSeed);
    }

    public static MlpCounts Load(StateReader reader)
    {
        MlpCounts counts = new()
        {
            Steps = reader.ReadInt64(),
            Beta1Power = reader.ReadDouble(),
            Beta2Power = reader.ReadDouble(),
            TrainedRows = reader.ReadInt64(),
        };
        if (counts.Steps < 0 || counts.TrainedRows < 0 || counts.Beta1Power is not (>= 0 and <= 1) || counts.Beta2Power is not (>= 0 and <= 1))
            throw new StateFormatException($"Net: steps {counts.Steps}, rows {counts.TrainedRows} must be ≥ 0, powers {counts.Beta1Power}, {counts.Beta2Power} in [0, 1].");
        counts.DropoutSeed = reader.ReadUInt64();
        return counts;
    }

    // Repeated multiplication would end in the denormals and stay there.
    private static double NextPower(double power, double beta)
    {
        power *= beta;
        return power < 1e-30 ? 0 : power;
    }
}
