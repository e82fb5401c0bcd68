using FsCheck;
using FsCheck.Fluent;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.StreamHost.Compare;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Compare;

public sealed class ComparedModelTests
{
    [Theory]
    [InlineData("a:x=1,y=2,b", "a:x=1,y=2|b")]
    [InlineData("a,b,c", "a|b|c")]
    [InlineData("a", "a")]
    [InlineData("a:x=1,b:y=2", "a:x=1|b:y=2")]
    [InlineData("a:x=1 , y.z=2 , b", "a:x=1,y.z=2|b")]
    [InlineData("a:x=1,pool=net:h=3,b", "a:x=1,pool=net:h=3|b")]
    [InlineData("first.json,a:x=1", "first.json|a:x=1")]
    public void Split_CommasInsideOptions_StayWithTheirModel(string text, string expected)
        => Assert.Equal(expected.Split('|'), ComparedModel.Split(text));

    [Fact]
    public void Split_OfJoinedModels_GivesThemBack()
    {
        Gen<string> word = Gen.Elements("a", "tree", "naive-bayes", "x1", "router.interval");
        Gen<string> option = from name in word from value in Gen.Elements("1", "0.5", "soft", "", "b:c") select $"{name}={value}";
        Gen<string> model = from name in word
                            from options in Gen.ListOf(option)
                            select options.Count == 0 ? name : $"{name}:{string.Join(',', options)}";
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.NonEmptyListOf(model).ToArbitrary(), models => ComparedModel.Split(string.Join(',', models)).SequenceEqual(models)));
    }

    [Theory]
    [InlineData("x=1,a", "'x=1' was found where a model must be")]
    [InlineData("a,x=1", "'x=1' was found where a model must be")]
    [InlineData("a,,b", "none of them empty")]
    [InlineData("", "none of them empty")]
    public void Split_Malformed_SaysWhatWasFound(string text, string expected)
        => Assert.Contains(expected, Assert.Throws<UsageException>(() => ComparedModel.Split(text)).Message);

    [Fact]
    public void ReadAll_ConfigurationFile_IsNamedByTheFile()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("small.json", """{"model": {"preset": "moe-data", "options": {"experts": 4, "topK": 2}}}""");

        IReadOnlyList<ComparedModel> models = ComparedModel.ReadAll($"moe-data:topK=1,experts=4,{path},majority");

        Assert.Equal(["moe-data:topK=1,experts=4", "small", "majority"], models.Select(m => m.Name));
        Assert.Contains(KeyValuePair.Create("topK", "2"), models[1].Preset.Options);
        Assert.Contains(KeyValuePair.Create("topK", "1"), models[0].Preset.Options);
    }
}
