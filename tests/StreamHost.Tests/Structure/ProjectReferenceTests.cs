using System.Reflection;

namespace StreamMoe.StreamHost.Tests.Structure;

/// <summary>Keeps the direction of dependencies: Streams ← Experts ← DriftMoe ← Worker ← StreamHost.</summary>
public sealed class ProjectReferenceTests
{
    private static readonly string[] s_layers = ["StreamMoe.Streams", "StreamMoe.Experts", "StreamMoe.DriftMoe", "StreamMoe.Worker", "streammoe"];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Assembly_References_OnlyLayersBelow(int layer)
    {
        IEnumerable<string> own = Assembly.Load(s_layers[layer]).GetReferencedAssemblies().Select(a => a.Name!).Where(s_layers.Contains);

        Assert.Empty(own.Except(s_layers[..layer]));
    }

    [Fact]
    public void LearningAssemblies_ReferenceNothingButTheBaseClassLibrary()
    {
        IEnumerable<string> foreign = s_layers[..3].SelectMany(name => Assembly.Load(name).GetReferencedAssemblies())
            .Select(a => a.Name!).Where(name => !name.StartsWith("System.", StringComparison.Ordinal) && !s_layers.Contains(name));

        Assert.Empty(foreign.Except(["netstandard", "mscorlib"]));
    }
}
