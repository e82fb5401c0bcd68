using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.StreamHost.Replay;
using StreamMoe.Streams;
using StreamMoe.Worker.Pipeline;

namespace StreamMoe.StreamHost.Tests.Commands;

public sealed class WarmUpTests
{
    public static TheoryData<string> Presets => [.. PresetCatalogue.Names];

    [Theory, MemberData(nameof(Presets))]
    public void Run_SchemaWithoutKnownValues_WorksAndLeavesItAsItIs(string preset)
    {
        Schema schema = new("warm", [SchemaAttribute.Numeric("x"), SchemaAttribute.Nominal("colour", [])], SchemaAttribute.Nominal("class", []));
        using WorkRunner work = new(1);
        WarmUp.Run(PresetCatalogue.Create(preset, []), schema, work);
        Assert.Equal(0, schema.ClassCount);
        Assert.Equal(0, schema.Attributes[1].Domain!.Count);
    }
}
