using System.Text.RegularExpressions;

namespace StreamMoe.Experts;

/// <summary>The <c>device</c> options within texts that describe experts, as <see cref="ExpertCatalogue.Parse"/> reads them.</summary>
internal static partial class ExpertDevices
{
    /// <summary>The devices that a text names.</summary>
    public static IEnumerable<string> In(string experts) => Device().Matches(experts).Select(m => m.Groups["value"].Value);

    [GeneratedRegex(@"[:,]device=(?<value>[^,@\s]*),?")]
    private static partial Regex Device();
}
