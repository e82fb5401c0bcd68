namespace StreamMoe.Streams.Tests.Composition;

/// <summary>Always the same label; the feature is the number of the instance, counted from 1. Ends after a given number.</summary>
internal sealed class ConstantStream(int label, int length = int.MaxValue) : InstanceStream
{
    private int _count;

    public bool IsDisposed { get; private set; }

    public override Schema Schema { get; } = new("constant", [SchemaAttribute.Numeric("n")], SchemaAttribute.Nominal("class", ["0", "1"]));

    public override bool Next(Span<double> features, out int found)
    {
        found = label;
        if (_count == length) return false;
        features[0] = ++_count;
        return true;
    }

    public override void Restart() => _count = 0;

    public override void Dispose()
    {
        IsDisposed = true;
        base.Dispose();
    }
}
