using StreamMoe.Streams.Composition;
using StreamMoe.Streams.Generators;
using StreamMoe.Streams.Options;

namespace StreamMoe.Streams.Tests.Composition;

public sealed class ConceptDriftStreamTests
{
    [Fact]
    public void Next_WidthZero_ChangesAtThePosition()
        => Assert.Equal([0, 0, 1, 1, 1], Labels(Drift(position: 3, width: 0), 5));

    [Fact]
    public void Next_OnlyTheChosenStreamAdvances()
    {
        ConceptDriftStream stream = Drift(position: 3, width: 0);
        double[] features = new double[1];
        List<double> numbers = [];
        for (int i = 0; i < 5; i++)
        {
            stream.Next(features, out _);
            numbers.Add(features[0]);
        }
        Assert.Equal([1, 2, 1, 2, 3], numbers);
    }

    [Fact]
    public void Next_WideChange_IsEvenAtThePosition()
    {
        int[] labels = Labels(Drift(position: 50_000, width: 20_000), 100_000);
        Assert.InRange(labels[..20_000].Sum(), 0, 100);
        Assert.InRange(labels[49_000..51_000].Sum(), 850, 1150);
        Assert.InRange(labels[80_000..].Sum(), 19_900, 20_000);
    }

    [Theory, InlineData(45, 1), InlineData(1, 57), InlineData(90, 0), InlineData(1e-12, int.MaxValue)]
    public void Width_FollowsAlpha(double alpha, int width)
        => Assert.Equal(width, new ConceptDriftStream(new ConstantStream(0), new ConstantStream(1), new() { Alpha = alpha }).Width);

    [Fact]
    public void Restart_BeforeTheFirstDraw_ChangesNothing()
    {
        ConceptDriftStream stream = Drift(position: 50, width: 100);
        stream.Restart();
        Assert.Equal(Labels(Drift(position: 50, width: 100), 100), Labels(stream, 100));
    }

    [Fact]
    public void Restart_AfterDraws_BeginsAgainButChoosesAnew()
    {
        ConceptDriftStream stream = Drift(position: 50, width: 100);
        int[] fresh = Labels(stream, 100);
        stream.Restart();
        int[] again = Labels(stream, 100);
        Assert.NotEqual(fresh, again);
        Assert.InRange(again[..20].Sum(), 0, 10);
    }

    [Fact]
    public void Next_ChosenStreamHasEnded_Ends()
    {
        ConceptDriftStream stream = new(new ConstantStream(0, length: 2), new ConstantStream(1), new() { Position = 100, Width = 0 });
        InstanceBlock block = new(1, 10);
        Assert.Equal(2, stream.Fill(block));
    }

    [Fact]
    public void Dispose_ReleasesBothStreams()
    {
        ConstantStream before = new(0), after = new(1);
        new ConceptDriftStream(before, after, new()).Dispose();
        Assert.True(before.IsDisposed && after.IsDisposed);
    }

    [Fact]
    public void Constructor_SchemasDiffer_SaysWhere()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(
            () => new ConceptDriftStream(new LedGenerator(new()), new SeaGenerator(new()), new()));
        Assert.Contains("led has 24 attributes, sea has 3", e.Message);
        e = Assert.Throws<ArgumentException>(
            () => new ConceptDriftStream(new SeaGenerator(new()), new HyperplaneGenerator(new() { NumAtts = 3 }), new()));
        Assert.Contains("attribute 0 is 'attrib1' (numeric) in sea, 'att1' (numeric) in hyperplane", e.Message);
        e = Assert.Throws<ArgumentException>(
            () => new ConceptDriftStream(new RandomRbfGenerator(new()), new RandomRbfGenerator(new() { NumClasses = 9 }), new()));
        Assert.Contains("the class is 'class' {class1,class2} in rbf, 'class' (9 values from class1 to class9)", e.Message);
    }

    [Theory, InlineData(-1), InlineData(90.5), InlineData(double.NaN)]
    public void Constructor_AlphaOutOfRange_Throws(double alpha)
        => Assert.Throws<OptionException>(() => new ConceptDriftStream(new ConstantStream(0), new ConstantStream(1), new() { Alpha = alpha }));

    [Fact]
    public void Drifts_OfNestedCompositions_AreInOrder()
    {
        ConceptDriftStream inner = Drift(position: 10, width: 1);
        ConceptDriftStream outer = new(inner, new ConstantStream(0), new() { Position = 20, Width = 2 });
        Assert.Equal([new DriftPoint(10, 1), new DriftPoint(20, 2)], DriftPoint.Of(outer));
        Assert.Empty(DriftPoint.Of(new ConstantStream(0)));
    }

    [Fact]
    public void Next_Recurrent_ComesAndGoes()
    {
        RecurrentConceptDriftStream stream = new(new ConstantStream(0), new ConstantStream(1),
            new() { Position = 1000, Width = 1, WidthRecurrence = 100, StabPeriod = 200, NumRep = 2 });
        int[] labels = Labels(stream, 2000);
        // Instance n is labels[n − 1]; within a few instances of a change either may come.
        Assert.All(labels[..994], label => Assert.Equal(0, label));
        Assert.All(labels[1006..1094], label => Assert.Equal(1, label));
        Assert.All(labels[1106..1294], label => Assert.Equal(0, label));
        Assert.All(labels[1306..1394], label => Assert.Equal(1, label));
        Assert.All(labels[1406..], label => Assert.Equal(0, label));
    }

    private static ConceptDriftStream Drift(int position, int width)
        => new(new ConstantStream(0), new ConstantStream(1), new() { Position = position, Width = width });

    private static int[] Labels(InstanceStream stream, int count)
    {
        int[] labels = new int[count];
        double[] features = new double[1];
        foreach (ref int label in labels.AsSpan()) Assert.True(stream.Next(features, out label));
        return labels;
    }
}
