using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using StreamMoe.Streams;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Events;

namespace StreamMoe.Worker.Tests.Events;

public sealed class EventDecoderTests
{
    private static readonly byte[][] s_seeds =
    [
        [.. """{"id":"e-17","time":"2026-11-21T20:00:00Z","features":{"a":0.43,"b":-5.6e-2,"c":"v0"},"label":"UP"}"""u8],
        [.. """{"features":[1,null,"\u0076\n"],"label":1,"more":{"x":[true,{}]}}"""u8],
        [.. """{"id":12,"label":"DÖWN"}"""u8],
    ];

    [Fact]
    public void AnyBytes_AreAnEventThatIsJsonToo_OrHaveAReason()
        => Prop.ForAll(Mutated(), bytes =>
        {
            EventDecoder decoder = new(Partition.Declared());
            if (decoder.TryDecode(Partition.Record(0, bytes), new double[3]))
                JsonDocument.Parse(bytes.AsMemory(bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0)).Dispose();
            else
                Assert.StartsWith("events-0@0: ", decoder.Error, StringComparison.Ordinal);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void Features_ByNameInAnyOrder_AreThoseInSchemaOrder()
    {
        EventDecoder decoder = new(Partition.Declared(["UP"], ["v0", "v1"]));
        double[] row = new double[3];
        foreach (string features in (string[])["""{"a":1.5,"b":2,"c":"v1"}""", """{"c":"v1","b":2,"a":1.5}""", """{"x":"b","b":2,"\u0063":"v\u0031","a":15e-1}""", """[1.5,2,"v1"]"""])
        {
            Assert.True(decoder.TryDecode(Partition.Record(0, Encoding.UTF8.GetBytes($"{{\"features\":{features}}}")), row));
            Assert.Equal([1.5, 2, 1], row);
        }
        Assert.True(decoder.TryDecode(Partition.Record(0, """{"features":{"b":-0.0,"c":null}}"""u8.ToArray()), row));
        Assert.Equal([double.NaN, -0.0, double.NaN], row);
        Assert.True(double.IsNegative(row[1]));
    }

    [Fact]
    public void Decoding_ChangesNoDomain_UntilToldTo()
    {
        Schema schema = Partition.Declared();
        EventDecoder decoder = new(schema);
        double[] row = new double[3];
        Assert.True(decoder.TryDecode(Partition.Record(0, """{"features":[1,2,"new"],"label":"UP"}"""u8.ToArray()), row));
        Assert.Equal((0, 0, EventDecoder.NewLabel, true), (schema.ClassCount, schema.Attributes[2].Domain!.Count, decoder.Label, decoder.HasNewValues));

        decoder.AddNewValues(row);

        Assert.Equal((0, 0d), (decoder.AddNewLabel(), row[2]));
        Assert.Equal(["new"], schema.Attributes[2].Domain!.Values);
        Assert.Equal("UP", schema.ClassName(0));
    }

    private static Arbitrary<byte[]> Mutated()
        => (from seed in Gen.Elements(s_seeds)
            from count in Gen.Choose(0, 4)
            from places in Gen.Choose(0, 10_000).ArrayOf(count)
            from bytes in Gen.Frequency((3, Gen.Elements([.. "{}[]\",:\\u0e9-+.tnf "u8])), (1, Gen.Choose(0, 255).Select(i => (byte)i))).ArrayOf(count)
            from cut in Gen.Choose(0, 20)
            select Mutate(seed, places, bytes, cut)).ToArbitrary();

    private static byte[] Mutate(byte[] seed, int[] places, byte[] bytes, int cut)
    {
        List<byte> all = [.. seed];
        for (int i = 0; i < places.Length; i++)
        {
            int at = places[i] % all.Count;
            if (places[i] % 3 == 0) all.Insert(at, bytes[i]);
            else if (places[i] % 3 == 1) all[at] = bytes[i];
            else all.RemoveAt(at);
        }
        return [.. cut == 0 ? all.Take(all.Count / 2) : all];
    }
}
