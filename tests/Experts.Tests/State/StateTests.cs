using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Tests.State;

public sealed class StateTests
{
    [Fact]
    public void Since_StateOfAnEarlierFormat_HasTheDefaults()
    {
        byte[] old = Bytes(state =>
        {
            long first = 7;
            state.Count(ref first, "first");
            return 0;
        });
        Assert.Equal((7, true, 0.5, 3, 4L), Read(old, version: 3));
        Assert.Throws<StateFormatException>(() => Read(old, version: 4));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Since_StateOfThatFormatOrALaterOne_HasWhatWasWritten(int version)
    {
        byte[] state = Bytes(writer => Tell(writer, (8, false, 2.5, 9, 10)));
        Assert.Equal((8, false, 2.5, 9, 10L), Read(state, version));
        Assert.Throws<StateFormatException>(() => Read(Bytes(writer => Tell(writer, (8, false, double.NaN, 9, 10))), version));
        Assert.Contains("third is 11; must be in [0, 10]", Assert.Throws<StateFormatException>(() => Read(Bytes(writer => Tell(writer, (8, false, 2.5, 11, 10))), version)).Message);
    }

    [Fact]
    public void Values_MoreThanThereIsRoomFor_AreRefused()
    {
        byte[] state = Bytes(writer =>
        {
            int count = 3;
            writer.Values(new double[3], ref count, "things");
            return 0;
        });
        IState reader = new StateReader(new MemoryStream(state));
        int found = 1;
        Assert.Contains("the number of things is 3; must be in [0, 2]", Assert.Throws<StateFormatException>(() => reader.Values(new double[2], ref found, "things")).Message);
        Assert.Equal(1, found);
    }

    [Fact]
    public void Bits_NeitherZeroNorOne_AreRefused()
    {
        byte[] state = Bytes(writer =>
        {
            int count = 2;
            writer.Bits([0, 2, 1], ref count, "bits");
            return 0;
        });
        IState reader = new StateReader(new MemoryStream(state));
        int found = 0;
        Assert.Contains("bits must each be 0 or 1", Assert.Throws<StateFormatException>(() => reader.Bits(new byte[3], ref found, "bits")).Message);
    }

    /// <summary>A count, and four values that came with format 4.</summary>
    private static (long, bool, double, int, long) Tell(IState state, (long, bool, double, int, long) values)
    {
        state.Count(ref values.Item1, "first");
        state.Since(4, ref values.Item2, true);
        state.Since(4, ref values.Item3, 0.5);
        state.Since(4, ref values.Item4, 3, 0, 10, "third");
        state.Since(4, ref values.Item5, 4L, 0, 10, "fourth");
        return values;
    }

    private static (long, bool, double, int, long) Read(byte[] state, int version) => Tell(new StateReader(new MemoryStream(state), version), default);

    private static byte[] Bytes<T>(Func<IState, T> tell)
    {
        MemoryStream stream = new();
        tell(new StateWriter(stream));
        return stream.ToArray();
    }
}
