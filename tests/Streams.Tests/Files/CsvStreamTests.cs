using StreamMoe.Streams.Files;
using StreamMoe.Streams.Files.Csv;

namespace StreamMoe.Streams.Tests.Files;

public sealed class CsvStreamTests : IDisposable
{
    private readonly TextFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Open_TypesInferred_NumbersAreNumericOthersNominalClassAlwaysNominal()
    {
        string path = _files.Write("weather.csv", "temp,count,sky,class\n1.5,3,sunny,1\n-2e3,4,rain,0\n.5,5,sunny,1\n");
        using StreamFileReader stream = StreamFile.Open(path);
        Assert.IsType<CsvStream>(stream);
        Assert.Equal("weather: temp, count, sky{sunny,rain} -> class{1,0}", TextFiles.Show(stream.Schema));
        Assert.Equal("1.5 3 0 -> 0; -2000 4 1 -> 1; 0.5 5 0 -> 0", TextFiles.Show(TextFiles.ReadAll(stream)));
        Assert.Equal(3, stream.RowCount);
        Assert.Equal(0, stream.BadRowCount);
    }

    [Fact]
    public void Open_ClassNamesKeepTheirText()
    {
        using StreamFileReader stream = StreamFile.Open(_files.Write("a.csv", "x,y\n1,1\n2,1.0\n3,01\n"));
        Assert.Equal(["1", "1.0", "01"], stream.Schema.Class.Domain!.Values);
    }

    [Fact]
    public void Next_MissingValues_AreNaNAndNoLabel()
    {
        string path = _files.Write("a.csv", "n,s,class\n1,a,x\n,,\n?,?,?\n \t, \"\" ,\"\"\n\"?\",b,y\n");
        Assert.Equal("1 0 -> 0; ? ? -> -1; ? ? -> -1; ? ? -> -1; ? 1 -> 1", TextFiles.Show(TextFiles.ReadAll(path)));
    }

    [Fact]
    public void Next_QuotedQuestionMark_IsAValueOfANominalColumn()
    {
        using StreamFileReader stream = StreamFile.Open(_files.Write("a.csv", "s,class\n\"?\",x\n?,x\na,x\n"));
        Assert.Equal("a: s{?,a} -> class{x}", TextFiles.Show(stream.Schema));
        Assert.Equal("0 -> 0; ? -> 0; 1 -> 0", TextFiles.Show(TextFiles.ReadAll(stream)));
    }

    [Fact]
    public void Next_ColumnWithoutAnyValue_IsNumericAndMissing()
    {
        using StreamFileReader stream = StreamFile.Open(_files.Write("a.csv", "n,class\n,x\n?,y\n"));
        Assert.Equal("a: n -> class{x,y}", TextFiles.Show(stream.Schema));
    }

    [Fact]
    public void Next_QuotedCells_HoldCommasQuotesBlanksAndLineEnds()
    {
        string path = _files.Write("a.csv", "\"the, name\",\"say \"\"x\"\"\",class\n\"1.5\",\" a\",\"p\nq\"\r\n2, \"b,c\" ,\"r\r\ns\"\n3,\"d\"\"e\"\"\",t\n");
        using StreamFileReader stream = StreamFile.Open(path);
        Assert.Equal("a: the, name, say \"x\"{ a,b,c,d\"e\"} -> class{p\nq,r\r\ns,t}", TextFiles.Show(stream.Schema));
        Assert.Equal("1.5 0 -> 0; 2 1 -> 1; 3 2 -> 2", TextFiles.Show(TextFiles.ReadAll(stream)));
        Assert.Equal(7, stream.LineNumber);
    }

    [Fact]
    public void Next_QuoteInsideAnUnquotedCell_IsText()
    {
        using StreamFileReader stream = StreamFile.Open(_files.Write("a.csv", "s,class\n5\" pipe,x\n"));
        Assert.Equal(["5\" pipe"], stream.Schema.Attributes[0].Domain!.Values);
        Assert.Single(TextFiles.ReadAll(stream));
    }

    [Fact]
    public void Next_BlanksAroundCells_DoNotCount()
    {
        string path = _files.Write("a.csv", " x , s ,class\n 1 ,\ta b\t, p \n2,a b,p\n");
        using StreamFileReader stream = StreamFile.Open(path);
        Assert.Equal("a: x, s{a b} -> class{p}", TextFiles.Show(stream.Schema));
        Assert.Equal("1 0 -> 0; 2 0 -> 0", TextFiles.Show(TextFiles.ReadAll(stream)));
    }

    [Fact]
    public void Next_ValueWithBlanksAtItsEndsInQuotes_IsAnotherThanTheBareOne()
    {
        using StreamFileReader stream = StreamFile.Open(_files.Write("a.csv", "x,s,class\n1,\"a \",p\n2, a ,p\n3,\"a \",p\n4,\" a\",p\n5, a,p\n"));
        Assert.Equal("1 0 -> 0; 2 1 -> 0; 3 0 -> 0; 4 2 -> 0; 5 1 -> 0", TextFiles.Show(TextFiles.ReadAll(stream)));
    }

    [Theory]
    [InlineData("x,class\r\n1,a\r\n2,b\r\n")]
    [InlineData("x,class\r\n1,a\r\n2,b")]
    [InlineData("x,class\n1,a\n2,b")]
    [InlineData("x,class\n1,a\n2,b\r")]
    [InlineData("\uFEFFx,class\n1,a\n2,b\n")]
    [InlineData("\uFEFF\"x\",class\n1,a\n2,b\n")]
    [InlineData("\n  \nx,class\n\n1,a\n \t \n2,b\n\n\n")]
    [InlineData("\r\nx,class\r\n\r\n1,a\r\n2,b\r\n\r\n")]
    public void Next_LineEndsByteOrderMarkAndBlankLines_MakeNoDifference(string text)
    {
        foreach (string name in (string[])["a.csv", "a.csv.gz"])
        {
            using StreamFileReader stream = StreamFile.Open(_files.Write(name, text));
            Assert.Equal("a: x -> class{a,b}", TextFiles.Show(stream.Schema));
            Assert.Equal("1 -> 0; 2 -> 1", TextFiles.Show(TextFiles.ReadAll(stream)));
            stream.Restart();
            Assert.Equal("1 -> 0; 2 -> 1", TextFiles.Show(TextFiles.ReadAll(stream)));
        }
    }

    [Fact]
    public void Next_HeaderWithoutRows_IsAnEmptyStream()
    {
        using StreamFileReader stream = StreamFile.Open(_files.Write("a.csv", "x,class"));
        Assert.Empty(TextFiles.ReadAll(stream));
        stream.Restart();
        Assert.Empty(TextFiles.ReadAll(stream));
    }

    [Fact]
    public void Next_NominalValuesFirstSeenLater_AreAddedAndStayAfterRestart()
    {
        string text = "s,class\na,p\nb,q\n" + "c,r\n" + "a,p\n";
        using StreamFileReader stream = StreamFile.Open(_files.Write("a.csv", text), new StreamFileOptions { InferenceRows = 2 });
        Schema schema = stream.Schema;
        Assert.Equal("a: s{a,b} -> class{p,q}", TextFiles.Show(schema));
        List<Instance> rows = TextFiles.ReadAll(stream);
        Assert.Equal("0 -> 0; 1 -> 1; 2 -> 2; 0 -> 0", TextFiles.Show(rows));
        Assert.Same(schema, stream.Schema);
        Assert.Equal("a: s{a,b,c} -> class{p,q,r}", TextFiles.Show(schema));
        stream.Restart();
        Assert.Equal(rows, TextFiles.ReadAll(stream));
    }

    [Fact]
    public void Next_ColumnThatIsNumericInTheFirstRows_StaysNumeric()
    {
        string path = _files.Write("a.csv", "n,class\n1,p\n2,q\nabc,p\n");
        using StreamFileReader stream = StreamFile.Open(path, new StreamFileOptions { InferenceRows = 2, OnBadRow = BadRowAction.Skip });
        Assert.Equal("1 -> 0; 2 -> 1", TextFiles.Show(TextFiles.ReadAll(stream)));
        Assert.Equal([$"{path}:4: column 'n': found 'abc'; expected a number. --missing 'abc' reads it as missing, --schema FILE can declare 'n' nominal, --drop 'n' leaves the column out."], stream.BadRowMessages);
    }

    [Fact]
    public void Next_InferenceWindow_DoesNotChangeIndices()
    {
        Random random = new(5);
        string text = "s,n,class\n" + string.Concat(Enumerable.Range(0, 300).Select(_ => $"v{random.Next(60)},{random.Next(9)},c{random.Next(20)}\n"));
        string path = _files.Write("a.csv", text);
        List<Instance> expected = TextFiles.ReadAll(path);
        foreach (int rows in (int[])[1, 7, 299, 300, 301])
            Assert.Equal(expected, TextFiles.ReadAll(path, new StreamFileOptions { InferenceRows = rows }));
    }

    [Fact]
    public void Next_BadRow_BringsNoNominalValues()
    {
        string path = _files.Write("a.csv", "s,n,class\na,1,p\nzzz,oops,q\nb,2,p\n");
        using StreamFileReader stream = StreamFile.Open(path, new StreamFileOptions { InferenceRows = 1, OnBadRow = BadRowAction.Skip });
        Assert.Equal("0 1 -> 0; 1 2 -> 0", TextFiles.Show(TextFiles.ReadAll(stream)));
        Assert.Equal("a: s{a,b}, n -> class{p}", TextFiles.Show(stream.Schema));
    }

    [Fact]
    public void Next_RowsLongerThanTheBuffer_AreRead()
    {
        string big = new('v', 700_000);
        string path = _files.Write("a.csv", $"s,n,class\n{big}1,1,p\n\"{big}\n{big}\",2,q\n{big}1,3,p\n");
        Assert.Equal("0 1 -> 0; 1 2 -> 1; 0 3 -> 0", TextFiles.Show(TextFiles.ReadAll(path)));
    }

    [Fact]
    public void Next_ManyRowsAcrossBufferEnds_GiveWhatWasWritten()
    {
        Random random = new(3);
        double[] values = [.. Enumerable.Range(0, 60_000).Select(_ => random.NextDouble())];
        string text = "x,q,class\n" + string.Concat(values.Select((v, i) => $"{v:R},\"a\nb\",{(i % 3 == 0 ? "no" : "yes")}\n"));
        List<Instance> rows = TextFiles.ReadAll(_files.Write("a.csv.gz", text));
        Assert.Equal(values, rows.Select(r => r.Features[0]));
        Assert.Equal(values.Select((_, i) => i % 3 == 0 ? 0 : 1), rows.Select(r => r.Label));
    }

    [Fact]
    public void Next_QuotedCellOverManyLines_IsOneValue()
    {
        string lines = string.Concat(Enumerable.Repeat("\n\"\"", 150_000));
        string path = _files.Write("a.csv", $"s,class\n\"{lines}\",p\nb,q\n");
        using StreamFileReader stream = StreamFile.Open(path);
        Assert.Equal("0 -> 0; 1 -> 1", TextFiles.Show(TextFiles.ReadAll(stream)));
        Assert.Equal(lines.Replace("\"\"", "\""), stream.Schema.Attributes[0].Domain![0]);
        Assert.Equal(150_003, stream.LineNumber - 1);
    }

    [Fact]
    public void Next_WrongFeatureLength_Throws()
    {
        using StreamFileReader stream = StreamFile.Open(_files.Write("a.csv", "x,class\n1,a\n"));
        ArgumentException e = Assert.Throws<ArgumentException>(() => stream.Next(new double[2], out _));
        Assert.StartsWith("Features have length 2; must be 1.", e.Message);
    }

    [Fact]
    public void Next_SteadyRows_AllocateNothing()
    {
        string text = "x,s,q,class\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i * 0.123456789:R},v{i % 5},\"a \"\"{i % 3}\"\"\",c{i % 2}\n"));
        using StreamFileReader stream = StreamFile.Open(_files.Write("a.csv", text));
        double[] features = new double[3];
        while (stream.Next(features, out _)) { }
        stream.Restart();
        stream.Next(features, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (stream.Next(features, out _)) { }
        // The runtime itself may take a few bytes (tiered compilation); a row that took one object would make it 24 bytes each.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2000);
    }
}
