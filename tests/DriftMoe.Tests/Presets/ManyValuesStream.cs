using StreamMoe.Streams;
using StreamMoe.Streams.Randomness;

namespace StreamMoe.DriftMoe.Tests.Presets;

/// <summary>Users with effects of their own: 200 declared users, shops whose values come as they come, colours that begin as three and grow to sixty.</summary>
internal sealed class ManyValuesStream : InstanceStream
{
    private const int Users = 200, Shops = 500, Colours = 60;

    private readonly int _classes;
    private readonly double[] _effects;
    private readonly Dictionary<int, int> _shops = [], _colours = [];
    private JavaRandom _random = new(1);
    private int _row;

    public ManyValuesStream(int classes)
    {
        _classes = classes;
        JavaRandom effects = new(2);
        _effects = [.. Enumerable.Range(0, Users).Select(_ => effects.NextGaussian())];
        Schema = new Schema("users",
        [
            SchemaAttribute.Numeric("x"), SchemaAttribute.Nominal("user", Enumerable.Range(0, Users).Select(u => $"u{u}")),
            SchemaAttribute.Nominal("shop", []), SchemaAttribute.Nominal("colour", ["c0", "c1", "c2"]), SchemaAttribute.Nominal("flag", ["no", "yes"]),
        ], SchemaAttribute.Nominal("class", Enumerable.Range(0, classes).Select(c => $"k{c}")));
    }

    public override Schema Schema { get; }

    public override bool Next(Span<double> features, out int label)
    {
        int user = _random.NextInt(Users), shop = _random.NextInt(Shops), colour = _random.NextInt(_row < 500 ? 3 : Colours);
        features[0] = _random.NextGaussian();
        features[1] = user;
        features[2] = IndexOf(_shops, 2, shop, "s");
        features[3] = colour < 3 ? colour : 3 + IndexOf(_colours, 3, colour, "c") % (Colours - 3);
        features[4] = _random.NextInt(2);
        double side = features[0] + 2 * _effects[user] + (shop % 2 == 0 ? 0.5 : -0.5) + 0.3 * _random.NextGaussian();
        label = _classes == 2 ? side > 0 ? 1 : 0 : side < -1 ? 0 : side > 1 ? 2 : 1;
        _row++;
        return true;
    }

    public override void Restart()
    {
        (_random, _row) = (new JavaRandom(1), 0);
        _shops.Clear();
        _colours.Clear();
    }

    // Indices in the order in which values come, as a file or a topic gives them.
    private int IndexOf(Dictionary<int, int> known, int attribute, int value, string prefix)
    {
        if (known.TryGetValue(value, out int index)) return index;
        if (attribute == 2) Schema.Attributes[attribute].Domain!.TryGetOrAdd($"{prefix}{value}", out _);
        return known[value] = known.Count;
    }
}
