using System.Globalization;
using StreamMoe.Tests.Common;
using YamlDotNet.RepresentationModel;

namespace StreamMoe.StreamHost.Tests.Prometheus;

/// <summary>Reads YAML files of the repository, aliases and merge keys (<c>&lt;&lt;</c>) resolved.</summary>
internal static class Yaml
{
    /// <summary>The root of a file under the repository.</summary>
    public static YamlNode Load(params string[] path) => Parse(File.ReadAllText(Path.Combine([GoldenFiles.Root, .. path])));

    /// <summary>The root of the first document of a text.</summary>
    public static YamlNode Parse(string text)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(text));
        return stream.Documents[0].RootNode;
    }

    /// <summary>A child of a mapping, looked for in its own keys first and then in what is merged into it; null for none.</summary>
    public static YamlNode? Find(this YamlNode node, string key)
    {
        IDictionary<YamlNode, YamlNode> children = ((YamlMappingNode)node).Children;
        if (children.TryGetValue(new YamlScalarNode(key), out YamlNode? found)) return found;
        return children.TryGetValue(new YamlScalarNode("<<"), out YamlNode? merged) ? merged.Find(key) : null;
    }

    /// <summary>A child of a mapping that must be there.</summary>
    public static YamlNode At(this YamlNode node, string key)
        => node.Find(key) ?? throw new KeyNotFoundException(string.Create(CultureInfo.InvariantCulture, $"no '{key}' at line {node.Start.Line}"));

    /// <summary>The text of a scalar.</summary>
    public static string Text(this YamlNode node) => ((YamlScalarNode)node).Value ?? "";

    /// <summary>The elements of a list.</summary>
    public static IEnumerable<YamlNode> List(this YamlNode node) => ((YamlSequenceNode)node).Children;

    /// <summary>The keys of a mapping and what they hold.</summary>
    public static IEnumerable<(string Key, YamlNode Value)> Pairs(this YamlNode node) => ((YamlMappingNode)node).Children.Select(c => (c.Key.Text(), c.Value));
}
