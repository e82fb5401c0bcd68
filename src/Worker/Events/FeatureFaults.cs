namespace StreamMoe.Worker.Events;

/// <summary>The names of <see cref="FeatureFault"/>, as metrics and messages have them.</summary>
internal static class FeatureFaults
{
    private static readonly string[] s_names = ["number-as-text", "other-type", "beyond-cap"];

    /// <value>All of them.</value>
    public static IReadOnlyList<FeatureFault> All { get; } = Enum.GetValues<FeatureFault>();

    /// <summary>The name of one.</summary>
    public static string NameOf(FeatureFault fault) => s_names[(int)fault];
}
