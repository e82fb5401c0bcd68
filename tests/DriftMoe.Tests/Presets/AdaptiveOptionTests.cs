using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Streams.Options;

namespace StreamMoe.DriftMoe.Tests.Presets;

/// <summary>Each option for comparison changes what it says, and nothing when it says nothing.</summary>
public sealed class AdaptiveOptionTests
{
    private const int Rows = 4000;
    private const string Pool = "net:hidden1=16,averaged=true neighbours:window=300,innerWindow=100 hoeffding-tree net:hidden1=0@temporal";

    [Fact]
    public void TrainTop_AsManyAsThereAre_IsTheSameAsAll()
    {
        Assert.Equal(Run(), Run("trainTop=4"));
    }

    [Fact]
    public void TrainTop_One_LeavesTheOthersUntrained()
    {
        // Of two equal trees the one with the larger gate takes all, so that the other never grows.
        long one = Size("pool=hoeffding-tree hoeffding-tree", "trainTop=1"), all = Size("pool=hoeffding-tree hoeffding-tree");

        Assert.True(one < all - 1000, $"{one} bytes, {all} when all learn");
    }

    [Theory]
    [InlineData("trainTop=1")]
    [InlineData("routerTarget=best")]
    public void Option_ForComparison_ChangesPredictions(string setting)
    {
        Assert.NotEqual(Run(), Run(setting));
    }

    [Theory]
    [InlineData("trainTop=65", "trainTop", "[0, 64]")]
    [InlineData("trainTop=-1", "trainTop", "[0, 64]")]
    [InlineData("routerTarget=all", "routerTarget", "best")]
    public void Option_OutOfItsRange_SaysWhatIsAllowed(string setting, string option, string allowed)
    {
        OptionException e = Assert.Throws<OptionException>(() => Run(setting));

        Assert.Contains(option, e.Message);
        Assert.Contains(allowed, e.Message);
    }

    private static long Size(params string[] settings)
    {
        (ILearner learner, _) = Feed(settings);
        return learner.ByteSize;
    }

    private static int[] Run(params string[] settings) => Feed([$"pool={Pool}", .. settings]).Predictions;

    private static (ILearner Learner, int[] Predictions) Feed(string[] settings)
    {
        using WorkRunner work = new(1);
        using InstanceStream stream = StreamCatalogue.Open("sea:function=1 @2000/1 sea:function=4", 1);
        ILearner learner = PresetCatalogue.Create("adaptive", settings.Select(s => s.Split('=', 2)).Select(s => KeyValuePair.Create(s[0], s[1]))).Create(stream.Schema, 1, work);
        InstanceBlock block = new(stream.Schema.AttributeCount, 500);
        Predictions answers = new(500);
        List<int> predictions = [];
        while (predictions.Count < Rows)
        {
            block.Clear();
            stream.Fill(block);
            learner.Process(block, answers);
            predictions.AddRange(answers.Classes[..block.Count]);
        }
        return (learner, [.. predictions]);
    }
}
