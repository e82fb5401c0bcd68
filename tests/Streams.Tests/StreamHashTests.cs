using System.Security.Cryptography;

namespace StreamMoe.Streams.Tests;

public sealed class StreamHashTests
{
    [Fact]
    public void Current_IsTheSha256OfDoublesAndLabel()
    {
        using StreamHash hash = new();
        hash.Add([1.0, -2.5], 3);
        byte[] expected = [0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0x04, 0xC0, 3, 0, 0, 0];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(expected)), hash.Current());
    }

    [Fact]
    public void Current_InBetween_DoesNotDisturb()
    {
        using StreamHash hash = new(), quiet = new();
        for (int i = 0; i < 5000; i++)
        {
            hash.Add([i, i + 0.5], i % 2);
            quiet.Add([i, i + 0.5], i % 2);
            if (i % 1000 == 0) hash.Current();
        }
        Assert.Equal(quiet.Current(), hash.Current());
    }

    [Fact]
    public void Add_InstanceLongerThanTheBuffer_IsHashedWhole()
    {
        double[] features = [.. Enumerable.Range(0, 10_000).Select(i => (double)i)];
        using StreamHash hash = new();
        hash.Add(features, 1);
        byte[] expected = [.. features.SelectMany(BitConverter.GetBytes), 1, 0, 0, 0];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(expected)), hash.Current());
    }
}
