using System.ComponentModel;

namespace StreamMoe.Streams.Composition;

/// <summary>Options of <see cref="RecurrentConceptDriftStream"/>.</summary>
internal sealed record RecurrentConceptDriftOptions : ConceptDriftOptions
{
    /// <value>Length of each stay in the second concept, in instances: any 32-bit integer. The default is 100.</value>
    [Description("Length of each stay in the second concept, in instances.")]
    public int WidthRecurrence { get; init; } = 100;

    /// <value>Length of each stay in the first concept between two stays in the second, in instances: any 32-bit integer. The default is 200.</value>
    [Description("Length of each stay in the first concept between two stays in the second, in instances.")]
    public int StabPeriod { get; init; } = 200;

    /// <value>Number of stays in the second concept: any 32-bit integer; none when ≤ 0. The default is 4.</value>
    [Description("Number of stays in the second concept.")]
    public int NumRep { get; init; } = 4;
}
