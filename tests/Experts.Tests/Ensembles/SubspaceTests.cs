using StreamMoe.Experts.Ensembles;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams;
using StreamMoe.Streams.Randomness;

namespace StreamMoe.Experts.Tests.Ensembles;

public class SubspaceTests
{
    [Theory]
    [InlineData(SubspaceMode.Number, 4, 24, 4, 4)]
    [InlineData(SubspaceMode.Number, -4, 24, 20, 20)]
    [InlineData(SubspaceMode.Number, 0, 24, 1, 0)]
    [InlineData(SubspaceMode.Number, 1, 24, 1, 2)]
    [InlineData(SubspaceMode.Number, 30, 24, 30, 0)]
    [InlineData(SubspaceMode.Number, -30, 24, 1, 0)]
    [InlineData(SubspaceMode.SquareRoot, 60, 24, 6, 6)]
    [InlineData(SubspaceMode.SquareRoot, 60, 3, 3, 0)]
    [InlineData(SubspaceMode.AllButSquareRoot, 60, 24, 18, 18)]
    [InlineData(SubspaceMode.AllButSquareRoot, 60, 2, 1, 0)]
    [InlineData(SubspaceMode.Percentage, 60, 24, 14, 14)]
    [InlineData(SubspaceMode.Percentage, 60, 9, 5, 5)]
    [InlineData(SubspaceMode.Percentage, 60, 6, 4, 4)]
    [InlineData(SubspaceMode.Percentage, 60, 3, 2, 2)]
    [InlineData(SubspaceMode.Percentage, 60, 2, 1, 0)]
    [InlineData(SubspaceMode.Percentage, -40, 24, 14, 14)]
    [InlineData(SubspaceMode.Percentage, 1, 24, 1, 2)]
    [InlineData(SubspaceMode.Percentage, 100, 24, 24, 0)]
    public void Size_ModeAndValue_IsThatOfTheTable(object mode, int value, int attributes, int ofLeaf, int ofPatch)
    {
        Assert.Equal(ofLeaf, SubspaceSize.OfLeaf((SubspaceMode)mode, value, attributes));
        Assert.Equal(ofPatch, SubspaceSize.OfPatch((SubspaceMode)mode, value, attributes));
    }

    [Theory]
    [InlineData(6, 4, 10)]
    [InlineData(6, 4, 15)]
    [InlineData(20, 2, 30)]
    public void FirstPatches_EnoughOfThem_AreAllDifferent(int attributes, int size, int members)
    {
        int[][] patches = new Patches(attributes, size, new JavaRandom(1)).First(members);
        Assert.Equal(members, patches.Select(p => string.Join(',', p)).Distinct().Count());
        Assert.All(patches, patch => AssertPatch(patch, attributes, size));
    }

    [Fact]
    public void FirstPatches_MoreMembersThanPatches_AreGivenOutAlike()
    {
        int[][] patches = new Patches(3, 2, new JavaRandom(1)).First(10);
        int[] counts = [.. patches.GroupBy(p => string.Join(',', p)).OrderBy(g => g.Key).Select(g => g.Count())];
        Assert.Equal([4, 3, 3], counts);
    }

    [Fact]
    public void Patches_ManyAttributes_AreRandomOnesInOrder()
    {
        Patches patches = new(24, 14, new JavaRandom(1));
        int[][] drawn = [.. patches.First(10), patches.Next(), patches.Next()];
        Assert.All(drawn, patch => AssertPatch(patch, 24, 14));
        Assert.True(drawn.Select(p => string.Join(',', p)).Distinct().Count() > 10, "The patches are hardly random.");
    }

    [Fact]
    public void Patches_AllAttributes_DrawNothing()
    {
        JavaRandom random = new(1);
        Patches patches = new(5, 0, random);
        Assert.All([.. patches.First(3), patches.Next()], patch => AssertPatch(patch, 5, 5));
        Assert.Equal(new JavaRandom(1).State, random.State);
    }

    [Fact]
    public void LeafSubspaces_Reset_BeginAgain()
    {
        AttributePlan all = AttributePlan.Of(TestStream.Schema);
        LeafSubspaces subspaces = new(3);
        int[][] first = [.. Enumerable.Range(0, 20).Select(_ => subspaces.Draw(all).Attributes)];
        Assert.All(first, drawn => AssertPatch(drawn, TestStream.AttributeCount, 3));
        Assert.True(first.Select(p => string.Join(',', p)).Distinct().Count() > 5, "The subspaces are hardly random.");
        subspaces.Reset();
        Assert.Equal(first, [.. Enumerable.Range(0, 20).Select(_ => subspaces.Draw(all).Attributes)]);
    }

    [Fact]
    public void LeafSubspaces_SameAttributes_ShareOnePlan()
    {
        AttributePlan all = AttributePlan.Of(TestStream.Schema);
        LeafSubspaces subspaces = new(5);
        AttributePlan[] plans = [.. Enumerable.Range(0, 100).Select(_ => subspaces.Draw(all))];
        Assert.Equal(6, plans.Distinct().Count());
        Assert.Equal(6, plans.Select(p => string.Join(',', p.Attributes)).Distinct().Count());
    }

    [Fact]
    public void LeafSubspaces_SizeOfAll_TakeAllAttributes()
    {
        AttributePlan all = AttributePlan.Of(TestStream.Schema);
        Assert.Same(all, new LeafSubspaces(TestStream.AttributeCount).Draw(all));
    }

    private static void AssertPatch(int[] patch, int attributes, int size)
    {
        Assert.Equal(size, patch.Length);
        Assert.Equal(patch.Order().Distinct(), patch);
        Assert.InRange(patch[0], 0, attributes - 1);
        Assert.InRange(patch[^1], 0, attributes - 1);
    }
}
