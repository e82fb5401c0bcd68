using StreamMoe.Streams.Files;

namespace StreamMoe.Streams.Tests.Files;

/// <summary>Files as other tools write them: what is not meant as a fault is none.</summary>
public sealed class FilesAsTheyComeTests : IDisposable
{
    private const string Arff = "@relation r\n@attribute n real\n@attribute s {a,b}\n@attribute class {p,q}\n@data\n";
    private readonly TextFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("1,a,p,\n\n?,b,q,\n")]
    [InlineData("1,a,p, \n?,'b',q ,\n")]
    [InlineData("1, a, p,% first\n\nNaN,b,q,\n")]
    public void Arff_CommaAtEveryRowsEndAndBlankLines_AreNothing(string rows)
        => Assert.Equal("1 0 -> 0; ? 1 -> 1", TextFiles.Show(TextFiles.ReadAll(_files.Write("a.arff", Arff + rows))));

    [Theory]
    [InlineData("integer [0,10]")]
    [InlineData("real[0.0, 5.0]")]
    [InlineData("NUMERIC (0,1] % of something")]
    public void Arff_RangeAfterAType_IsPassedOver(string type)
    {
        using StreamFileReader stream = StreamFile.Open(_files.Write("a.arff", Arff.Replace("n real", $"n {type}") + "7,a,p\n"));
        Assert.Equal("r: n, s{a,b} -> class{p,q}", TextFiles.Show(stream.Schema));
        Assert.Equal("7 0 -> 0", TextFiles.Show(TextFiles.ReadAll(stream)));
    }

    [Theory]
    [InlineData("@attribute d string", "'any text'")]
    [InlineData("@attribute d date \"yyyy-MM-dd HH:mm\"", "\"2026-11-30 20:00\"")]
    [InlineData("@attribute d uri", "http://x")]
    [InlineData("@attribute d {x,x}", "y")]
    [InlineData("@attribute d {}", "y")]
    [InlineData("@attribute d relational\n@attribute inner numeric\n@attribute class {z}\n@end d", "'1\\n2'")]
    public void Arff_DroppedAttribute_MayBeAnything(string declaration, string cell)
    {
        string path = _files.Write("a.arff", Arff.Replace("@attribute s", $"{declaration}\n@attribute s") + $"1,{cell},a,p\n2,?,b,q\n");
        using StreamFileReader stream = StreamFile.Open(path, new StreamFileOptions { Drop = ["d"] });
        Assert.Equal("1 0 -> 0; 2 1 -> 1", TextFiles.Show(TextFiles.ReadAll(stream)));
        Assert.Contains("'d'", Assert.Throws<StreamFileException>(() => StreamFile.Open(path)).Message);
    }

    [Theory]
    [InlineData("NA")]
    [InlineData("N/A")]
    [InlineData("null")]
    [InlineData("NULL")]
    [InlineData("None")]
    [InlineData("nan")]
    [InlineData("\"NaN\"")]
    [InlineData("-")]
    [InlineData("\"\"")]
    [InlineData(" ")]
    [InlineData("\\N")]
    public void Csv_UsualSpellingAmongNumbers_IsMissing(string cell)
    {
        foreach (int rows in (int[])[1, 1000])
        {
            string path = _files.Write("a.csv", $"n,s,class\n1,NA,p\n{cell},b,q\n-3,b,q\n");
            using StreamFileReader stream = StreamFile.Open(path, new StreamFileOptions { InferenceRows = rows });
            Assert.StartsWith("a: n, s{NA", TextFiles.Show(stream.Schema));
            Assert.Equal("1 0 -> 0; ? 1 -> 1; -3 1 -> 1", TextFiles.Show(TextFiles.ReadAll(stream)));
        }
    }

    [Fact]
    public void Csv_WordsForMissingAlone_AreNames()
    {
        using StreamFileReader stream = StreamFile.Open(_files.Write("a.csv", "s,class\nNone,p\nNone,q\n"));
        Assert.Equal("a: s{None} -> class{p,q}", TextFiles.Show(stream.Schema));
    }

    [Theory, InlineData("a.csv", "n,s,class\n-999,a,p\n1,gone,q\n2,a,gone\n"), InlineData("a.arff", Arff + "-999,a,p\n1,gone,q\n2,a,gone\n")]
    public void Missing_NamedByTheUser_IsMissingInEveryColumn(string name, string text)
    {
        using StreamFileReader stream = StreamFile.Open(_files.Write(name, text), new StreamFileOptions { Missing = ["-999", "gone"] });
        Assert.Equal("? 0 -> 0; 1 ? -> 1; 2 0 -> -1", TextFiles.Show(TextFiles.ReadAll(stream)));
    }

    [Fact]
    public void Csv_ColumnOfNumbersButOne_IsTold()
    {
        string path = _files.Write("a.csv", "n,class\n" + string.Concat(Enumerable.Range(0, 99).Select(i => $"{i},p\n")) + "12 kg,q\n");
        using StreamFileReader stream = StreamFile.Open(path);
        Assert.Equal([$"{path}: column 'n' is nominal, though 99 of the first 100 values are numbers: line 101 has '12 kg'. --missing '12 kg' reads such cells as missing."], stream.Notices);
        using StreamFileReader mended = StreamFile.Open(path, new StreamFileOptions { Missing = ["12 kg"] });
        Assert.Equal("a: n -> class{p,q}", TextFiles.Show(mended.Schema));
        Assert.Empty(mended.Notices);
    }

    [Theory]
    [InlineData(",a,class\n0,5,p\n1,6,q\n")]   // pandas
    [InlineData("\"\",\"a\",\"class\"\n\"1\",5,p\n\"2\",6,q\n")] // R's write.csv
    [InlineData("a,class\n\"1\",5,p\n\"2\",6,q\n")] // R's write.table
    public void Csv_UnnamedFirstColumn_IsReadOrDropped(string text)
    {
        string path = _files.Write("a.csv", text);
        using (StreamFileReader stream = StreamFile.Open(path))
        {
            Assert.Equal("a: Unnamed: 0, a -> class{p,q}", TextFiles.Show(stream.Schema));
            Assert.Contains("--drop 'Unnamed: 0' leaves it out.", Assert.Single(stream.Notices));
        }
        using StreamFileReader dropped = StreamFile.Open(path, new StreamFileOptions { Drop = ["Unnamed: 0"] });
        Assert.Equal("5 -> 0; 6 -> 1", TextFiles.Show(TextFiles.ReadAll(dropped)));
    }

    [Fact]
    public void Csv_DelimiterAtEveryLinesEnd_IsNothing()
        => Assert.Equal("1 -> 0; ? -> 1", TextFiles.Show(TextFiles.ReadAll(_files.Write("a.csv", "n,class,\n1,p,\n,\"q\",\n"))));

    [Theory]
    [InlineData("a.csv", ';')]
    [InlineData("a.csv", '|')]
    [InlineData("a.csv", '\t')]
    [InlineData("a.tsv", null)]
    public void Csv_OtherDelimiter_SeparatesCells(string name, char? delimiter)
    {
        char d = delimiter ?? '\t';
        string path = _files.Write(name, $"n{d}s{d}class\n1{d}\"a{d}b\"{d}p\n{d} x,y {d}q\nNA{d}x,y{d}q\n");
        using StreamFileReader stream = StreamFile.Open(path, new StreamFileOptions { Delimiter = delimiter });
        Assert.Equal($"a: n, s{{a{d}b,x,y}} -> class{{p,q}}", TextFiles.Show(stream.Schema));
        Assert.Equal("1 0 -> 0; ? 1 -> 1; ? 1 -> 1", TextFiles.Show(TextFiles.ReadAll(stream)));
    }

    [Fact]
    public void Csv_WithoutHeader_ColumnsAreNamedByTheirPlace()
    {
        string path = _files.Write("a.csv", "5,p,0.5\n6,q,0.25\n");
        using StreamFileReader stream = StreamFile.Open(path, new StreamFileOptions { HasHeader = false, Label = "1" });
        Assert.Equal("a: column0, column2 -> column1{p,q}", TextFiles.Show(stream.Schema));
        Assert.Equal("5 0.5 -> 0; 6 0.25 -> 1", TextFiles.Show(TextFiles.ReadAll(stream)));
        stream.Restart();
        Assert.Equal(2, TextFiles.ReadAll(stream).Count);
        Assert.Equal(1, stream.LineNumber - 1);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Arff_OptionsOfCsv_AreRefused(bool delimiter)
    {
        StreamFileOptions options = delimiter ? new() { Delimiter = ';' } : new() { HasHeader = false };
        Assert.Contains($"{(delimiter ? "--delimiter" : "--no-header")} is for CSV", Assert.Throws<StreamFileException>(() => StreamFile.Open(_files.Write("a.arff", Arff), options)).Message);
    }

    [Theory, InlineData('"'), InlineData('7'), InlineData('x'), InlineData('.'), InlineData('-'), InlineData('\n'), InlineData('é')]
    public void Delimiter_ThatCouldBePartOfACell_IsRefused(char delimiter)
        => Assert.Contains("Delimiter is", Assert.Throws<ArgumentException>(() => StreamFile.Open("x.csv", new StreamFileOptions { Delimiter = delimiter })).Message);

    [Fact]
    public void Writer_EmptyNominalValue_IsWrittenToCsvAndComesBackMissing()
    {
        using StreamFileReader stream = StreamFile.Open(_files.Write("a.arff", "@attribute s {'',x}\n@attribute class {p,q}\n@data\n'',p\nx,q\n"));
        string path = Path.Combine(Path.GetDirectoryName(stream.FilePath)!, "b.csv");
        using (StreamFileWriter writer = StreamFileWriter.Create(path, stream.Schema))
            foreach (Instance row in TextFiles.ReadAll(stream)) writer.Write([.. row.Features], row.Label);
        Assert.Equal("s,class\n\"\",p\nx,q\n", File.ReadAllText(path));
        Assert.Equal("? -> 0; 0 -> 1", TextFiles.Show(TextFiles.ReadAll(path)));
    }

    [Theory, InlineData("a.tsv"), InlineData("a.tsv.gz")]
    public void Writer_Tsv_ComesBack(string name)
    {
        using StreamFileReader stream = StreamFile.Open(_files.Write("in.csv", "n,s,class\n1.5,\"a\tb\",p\n,\"x,y\",q\n"));
        string path = Path.Combine(Path.GetDirectoryName(stream.FilePath)!, name);
        List<Instance> rows = TextFiles.ReadAll(stream);
        using (StreamFileWriter writer = StreamFileWriter.Create(path, stream.Schema))
            foreach (Instance row in rows) writer.Write([.. row.Features], row.Label);
        using StreamFileReader back = StreamFile.Open(path);
        Assert.Equal("a: n, s{a\tb,x,y} -> class{p,q}", TextFiles.Show(back.Schema));
        Assert.Equal(rows, TextFiles.ReadAll(back));
    }

    [Fact]
    public void Shared_Faults_AreRead()
    {
        string? folder = SharedFolder("faults");
        if (folder is null) return;
        foreach (string file in Directory.GetFiles(folder, "*.arff").Concat(Directory.GetFiles(folder, "*.csv")))
            Assert.NotEmpty(TextFiles.ReadAll(file));
    }

    private static string? SharedFolder(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, "shared", name))) return Path.Combine(folder.FullName, "shared", name);
        return null;
    }
}
