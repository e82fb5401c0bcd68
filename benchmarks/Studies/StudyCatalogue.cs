using StreamMoe.Studies.Cost;
using StreamMoe.Studies.Detectors;
using StreamMoe.Studies.Lifecycle;
using StreamMoe.Studies.Order;
using StreamMoe.Studies.Torch;

namespace StreamMoe.Studies;

/// <summary>All studies. A new one needs its file and a line here.</summary>
internal static class StudyCatalogue
{
    /// <value>The studies in the order in which they are listed.</value>
    public static IReadOnlyList<Study> All { get; } =
    [
        DetectorStudy.Study,
        LifecycleStudy.Study,
        LifecycleStudy.LongStudy,
        CostStudy.Study,
        TorchStudy.Study,
        OrderStudy.Study,
    ];
}
