using FsCheck;
using FsCheck.Fluent;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.Streams.Tests.Catalogue;

/// <summary>A text that is no stream is refused with all that is wrong with it, and what is allowed.</summary>
public sealed class StreamTextErrorTests
{
    [Theory]
    [InlineData("", "nothing found; must name a stream.")]
    [InlineData("   ", "Streams: led-abrupt, led-gradual")]
    [InlineData("se", "'se' is unknown. Did you mean 'sea'? Streams: led-abrupt")]
    [InlineData("led-gradul", "'led-gradul' is unknown. Did you mean 'led-gradual'?")]
    [InlineData("electricity", "'electricity' is unknown. Streams: led-abrupt")]
    [InlineData("Sea:function=1", "'Sea' is unknown. Did you mean 'sea'?")]
    [InlineData("led-abrupt:noisePercentage=1", "the named stream 'led-abrupt' takes no options; to change it write it out: led-drift:numberAttributesDrift=1 @249975/50 led-drift")]
    [InlineData("sea:functoin=1", "'sea:functoin=1' has no option 'functoin'. Did you mean 'function'? Its options: function, instanceRandomSeed,")]
    [InlineData("sea:function=5", "'sea:function=5': function was 5; must be an integer in [1, 4].")]
    [InlineData("sea:function=two", "function was 'two'; must be an integer in [1, 4].")]
    [InlineData("sea:function=99999999999", "function was '99999999999'; must be an integer in [1, 4].")]
    [InlineData("sea:balanceClasses=yes", "balanceClasses was 'yes'; must be true or false.")]
    [InlineData("sea:balanceClasses", "'balanceClasses' was found where option=value must be.")]
    [InlineData("sea:", "'' was found where option=value must be.")]
    [InlineData("sea:instanceRandomSeed=1.5", "instanceRandomSeed was '1.5'; must be any 64-bit integer.")]
    [InlineData("sea:function=1,function=2", "function is given twice")]
    [InlineData("agrawal:peturbFraction=NaN", "peturbFraction was 'NaN'; must be a number in [0, 1].")]
    [InlineData("agrawal:peturbFraction=1.5", "peturbFraction was 1.5; must be a number in [0, 1].")]
    [InlineData("random-tree:maxTreeDepth=2147483647,leafFraction=0", "the tree grows beyond 5,000,000 nodes")]
    [InlineData("sea sea", "'sea' was found where a drift '@position/width' must be.")]
    [InlineData("@1/2 sea", "'@1/2' was found where a stream must be")]
    [InlineData("sea @1/2", "the text ends with the drift '@1/2'; a stream that takes over must follow it.")]
    [InlineData("sea @ sea", "'@' has 1 figures; must be '@position/width' or")]
    [InlineData("sea @1/2/3 sea", "'@1/2/3' has 3 figures; must be '@position/width' or '@position/width/widthRecurrence/stabPeriod/numRep'.")]
    [InlineData("sea @x/2 sea", "'@x/2': position was 'x'; must be any 32-bit integer.")]
    [InlineData("sea @1/2:width=3 sea", "width is given twice")]
    [InlineData("sea @1/2:alpha=91 sea", "alpha was 91; must be a number in [0, 90].")]
    [InlineData("sea @1/2 led", "sea has 3 attributes, led has 24.")]
    public void Open_TextThatIsNoStream_SaysWhatWasFoundAndWhatIsAllowed(string text, string expected)
    {
        StreamFormatException e = Assert.Throws<StreamFormatException>(() => StreamCatalogue.Open(text));
        Assert.StartsWith($"Stream \"{text}\": ", e.Message);
        Assert.Contains(expected, e.Message);
        Assert.Equal(text, e.Text);
    }

    [Fact]
    public void Open_SeveralFaults_NamesThemAll()
    {
        StreamFormatException e = Assert.Throws<StreamFormatException>(
            () => StreamCatalogue.Open("sea:function=9,noisePercentage=101,x=1 @1/y ledd"));
        Assert.Equal(5, e.Faults.Count);
    }

    [Fact]
    public void Open_AnyText_OpensOrNamesItsFaults()
    {
        string[] parts = ["sea", "led-abrupt", "hyperplane", "waveform", ":", ",", "=", "@", "/", " ", "1", "-7", "function", "numAtts", "é", "\t", "0.5"];
        Prop.ForAll(Gen.ListOf(Gen.Elements(parts)).ToArbitrary(), tokens =>
        {
            try
            {
                return StreamCatalogue.Open(string.Concat(tokens)) is not null;
            }
            catch (StreamFormatException e)
            {
                return e.Faults.Count > 0;
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Open_Null_Throws() => Assert.Throws<ArgumentNullException>(() => StreamCatalogue.Open(null!));
}
