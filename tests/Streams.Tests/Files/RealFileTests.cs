using System.Runtime.InteropServices;
using System.Security.Cryptography;
using StreamMoe.Streams.Files;
using StreamMoe.Tests.Common;

namespace StreamMoe.Streams.Tests.Files;

/// <summary>The two real streams.</summary>
public sealed class RealFileTests
{
    [Fact]
    public void Electricity_HasItsRowsAttributesAndClasses()
    {
        using StreamFileReader stream = StreamFile.Open(SharedData.Path("electricity.arff.gz"));
        Assert.Equal("electricity-weka.filters.unsupervised.attribute.Normalize-S1.0-T0.0-weka.filters.unsupervised.attribute.ReplaceMissingValues: "
            + "date, day{1,2,3,4,5,6,7}, period, nswprice, nswdemand, vicprice, vicdemand, transfer -> class{UP,DOWN}", TextFiles.Show(stream.Schema));
        List<Instance> rows = TextFiles.ReadAll(stream);
        Assert.Equal(45_312, rows.Count);
        Assert.Equal(new Instance([0, 1, 0, 0.056443, 0.439155, 0.003467, 0.422915, 0.414912], 0), rows[0]);
        Assert.Equal(19_237, rows.Count(r => r.Label == 0));
        Assert.Equal(0, stream.BadRowCount);
    }

    /// <summary>MOA 76107cfd (2025-09-01) read the same rows from a file without date and day whose classes stand the other way round. The SHA-256 is over
    /// its instances: the values as little-endian doubles, then the class as an int32 (golden/trees/manifest.json, instances_sha256 of electricity).</summary>
    [Fact]
    public void Electricity_WithoutDateAndDay_HasTheBitsThatMoaReads()
    {
        using StreamFileReader stream = StreamFile.Open(SharedData.Path("electricity.arff.gz"), new StreamFileOptions { Drop = ["date", "day"] });
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Instance row in TextFiles.ReadAll(stream))
        {
            hash.AppendData(MemoryMarshal.AsBytes(row.Features.AsSpan()));
            hash.AppendData(BitConverter.GetBytes(1 - row.Label));
        }
        Assert.Equal("83a9817ac32715758f8ab4b42a9f88c3041dca1ab3a202c05055e5af1ba7f8de", Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Fact]
    public void NoaaWeather_HasItsRowsAttributesAndClasses()
    {
        using StreamFileReader stream = StreamFile.Open(SharedData.Path("noaa-weather.arff.gz"));
        Assert.Equal("NOAA: attribute1, attribute2, attribute3, attribute4, attribute5, attribute6, attribute7, attribute8 -> class{1,2}", TextFiles.Show(stream.Schema));
        List<Instance> rows = TextFiles.ReadAll(stream);
        Assert.Equal(18_159, rows.Count);
        Assert.Equal(new Instance([19.8, 14, 1019.6, 8.4, 9.9, 15.9, 28.9, 14], 0), rows[0]);
        Assert.Equal(0, stream.BadRowCount);
    }
}
