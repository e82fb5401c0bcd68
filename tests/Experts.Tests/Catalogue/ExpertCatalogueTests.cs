using StreamMoe.Experts.Neural;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Tests.Catalogue;

public sealed class ExpertCatalogueTests
{
    public static TheoryData<string> Names => [.. ExpertCatalogue.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Create_EveryKindByName_LearnsAndPredicts(string name)
    {
        ExpertSpec spec = ExpertCatalogue.Parse(name);
        IExpert expert = spec.Create(TestStream.Schema, seed: 3);
        double[] features = new double[TestStream.AttributeCount], votes = new double[3 * expert.OutputCount];
        TestStream stream = new(1);
        for (int i = 0; i < 100; i++)
        {
            int label = stream.Next(features, out double weight);
            expert.PredictThenTrain(features, label, weight, votes);
        }
        Assert.Contains(votes, vote => vote > 0);
        Assert.Equal(name, spec.ToString());
        Assert.NotEmpty(spec.Kind.Description);
    }

    [Theory]
    [InlineData("net:hidden1=0,learningRate=0.01,robust=true@temporal")]
    [InlineData("net:hidden2=64,stepEvery=4,averaged=true")]
    [InlineData("drifting-tree:tree.gracePeriod=50,tree.splitConfidence=0.0001,lambda=6,warningDelta=0.01,driftDelta=0.001")]
    [InlineData("neighbours:window=500,innerWindow=0@temporal")]
    [InlineData("no-change")]
    [InlineData("adaptive-random-forest:learners=5")]
    public void ToString_Parsed_IsTheSameText(string text)
    {
        ExpertSpec spec = ExpertCatalogue.Parse(text);
        Assert.Equal(text, spec.ToString());
        Assert.Equal(spec, ExpertCatalogue.Parse(" " + text + " "));
    }

    [Fact]
    public void Parse_OptionsAndView_AreTaken()
    {
        ExpertSpec spec = ExpertCatalogue.Parse("net: hidden1 = 16, stepEvery=4 @ raw");
        Assert.Equal(new NetExpertOptions { Hidden1 = 16, StepEvery = 4 }, spec.Options);
        Assert.Equal(ExpertView.Raw, spec.View);
        Assert.Equal(16, Assert.IsType<NetExpert>(spec.Create(TestStream.Schema, 1)).Options.Hidden1);
    }

    [Theory]
    [InlineData("neihbours", "there is no expert 'neihbours'. Did you mean 'neighbours'? Experts: net, neighbours,")]
    [InlineData("net@temporl", "expert 'net@temporl': there is no view 'temporl'. Did you mean 'temporal'? Views: raw, standardised, temporal.")]
    [InlineData("net:hiden1=4", "expert net has no option 'hiden1'. Did you mean 'hidden1'?")]
    [InlineData("net:hidden1=-1", "expert net: hidden1 was -1; must be an integer in [0, 4096].")]
    [InlineData("net:hidden1", "expert net: 'hidden1' was found where option=value must be.")]
    [InlineData("net:hidden1=4,", "expert net: '' was found where option=value must be.")]
    [InlineData("net:hidden1=4,hidden1=5", "expert net: hidden1 is given twice; must be given once.")]
    [InlineData("majority:x=1", "expert majority has no option 'x'. It has none.")]
    [InlineData("adaptive-random-forest:learners=0", "expert adaptive-random-forest: learners was 0; must be")]
    [InlineData("neighbours:window=600", "innerWindow was 600 and window 600")]
    [InlineData("", "there is no expert ''.")]
    public void Parse_Wrong_SaysWhatIsAllowed(string text, string expected)
        => Assert.Contains(expected, Assert.Throws<OptionException>(() => ExpertCatalogue.Parse(text)).Message);
}
