using System.Text.RegularExpressions;

namespace StreamMoe.Experts;

/// <summary>The <c>device</c> options within texts that describe experts, as <see cref="ExpertCatalogue.Parse"/> reads them.</summary>
public static partial class ExpertDevices
{
    /// <summary>The devices that a text names.</summary>
    public static IEnumerable<string> In(string experts) => Device().Matches(experts).Select(m => m.Groups["value"].Value);

    /// <summary>The text without them: what is learned does not depend on them.</summary>
    public static string Without(string experts)
        => Device().Replace(experts, m => m.Value[0] == ':' && m.Value[^1] == ',' ? ":" : m.Value[^1] == ',' ? "," : "");

    [GeneratedRegex(@"[:,]device=(?<value>[^,@\s]*),?")]
    private static partial Regex Device();
}
