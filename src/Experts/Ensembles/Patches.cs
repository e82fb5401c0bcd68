using StreamMoe.Streams.Randomness;

namespace StreamMoe.Experts.Ensembles;

/// <summary>Draws the attributes that the members of streaming random patches see.</summary>
internal sealed class Patches
{
    private const int LargestEnumerated = 20;
    private readonly int _attributes;
    private readonly JavaRandom _random;
    private readonly int[] _all;

    /// <summary>Prepares draws.</summary>
    /// <param name="attributes">Number of attributes.</param>
    /// <param name="size">Attributes of a patch, in [2, attributes]; 0 = all, and nothing is drawn.</param>
    /// <param name="random">The ensemble's source.</param>
    public Patches(int attributes, int size, JavaRandom random)
    {
        (_attributes, Size, _random) = (attributes, size, random);
        _all = [.. Enumerable.Range(0, attributes)];
    }

    /// <value>Attributes of a patch; 0 = all.</value>
    public int Size { get; }

    /// <summary>One patch a member, without the same one twice while there are others.</summary>
    /// <remarks>With up to 20 attributes the patches are drawn from the list of all, repeated if it is too short; else from
    /// a list of as many random ones.</remarks>
    public int[][] First(int members)
    {
        int[][] drawn = new int[members][];
        if (Size == 0)
        {
            Array.Fill(drawn, _all);
            return drawn;
        }
        List<int[]> pool = _attributes <= LargestEnumerated ? Enumerate() : [.. Enumerable.Range(0, members).Select(_ => Next())];
        for (int i = 0; pool.Count < members; i++) pool.Add(pool[i]);
        for (int i = 0; i < members; i++)
        {
            int at = _random.NextInt(pool.Count);
            drawn[i] = pool[at];
            pool.RemoveAt(at);
        }
        return drawn;
    }

    /// <summary>A random patch: attributes are removed from all until it has its size.</summary>
    public int[] Next()
    {
        if (Size == 0) return _all;
        List<int> left = [.. _all];
        while (left.Count > Size) left.RemoveAt(_random.NextInt(left.Count));
        return [.. left];
    }

    // All subsets of the size in lexicographic order.
    private List<int[]> Enumerate()
    {
        List<int[]> subsets = [];
        int[] subset = [.. Enumerable.Range(0, Size)];
        while (true)
        {
            subsets.Add([.. subset]);
            int i = Size - 1;
            while (i >= 0 && subset[i] == _attributes - Size + i) i--;
            if (i < 0) return subsets;
            subset[i]++;
            for (int j = i + 1; j < Size; j++) subset[j] = subset[j - 1] + 1;
        }
    }
}
