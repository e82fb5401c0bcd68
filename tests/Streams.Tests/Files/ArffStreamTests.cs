using StreamMoe.Streams.Files;
using StreamMoe.Streams.Files.Arff;

namespace StreamMoe.Streams.Tests.Files;

public sealed class ArffStreamTests : IDisposable
{
    private const string Header = """
        @relation 'r'
        @attribute n numeric
        @attribute s {a,'b c',d}
        @attribute class {p,q}
        @data

        """;

    private readonly TextFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Open_DeclaredTypes_GiveTheSchema()
    {
        string path = _files.Write("a.arff", """
            % a comment
              % another
            @RELATION 'my "data"'

            @Attribute "a 'b'" NUMERIC
            @attribute 'it\'s \\ \"x\" \t\u001E' real % of what
            @ATTRIBUTE	c	Integer
            @attribute d{x, y ,'z, %',"{u}"} % no blank before the brace
            @attribute größe { 1 2,3 , }
            @attribute class {'', "?", 'p'}
            @DATA % rows
            1,2.5,-3,'z, %',2,'?'
            """);
        using StreamFileReader stream = StreamFile.Open(path);
        Assert.IsType<ArffStream>(stream);
        Assert.Equal("my \"data\": a 'b', it's \\ \"x\" \t\u001E, c, d{x,y,z, %,{u}}, größe{1,2,3} -> class{,?,p}", TextFiles.Show(stream.Schema));
        Assert.Equal("1 2.5 -3 2 1 -> 1", TextFiles.Show(TextFiles.ReadAll(stream)));
    }

    [Fact]
    public void Open_RelationMissing_IsTheFileName()
    {
        using StreamFileReader stream = StreamFile.Open(_files.Write("the name.ARFF", "@attribute n real\n@attribute class {p}\n@data\n"));
        Assert.Equal("the name", stream.Schema.Relation);
        Assert.Empty(TextFiles.ReadAll(stream));
    }

    [Theory]
    [InlineData("1,a,p")]
    [InlineData("  1 ,\ta , p  ")]
    [InlineData("1 a p")]
    [InlineData("1\ta\tp")]
    [InlineData("1,'a',\"p\"")]
    [InlineData("1,a,p % why")]
    [InlineData("1,a,p%why")]
    [InlineData("% before\n\n1,a,p\n  % after\n")]
    [InlineData("+1.0e0,\"\\a\",'p'")]
    [InlineData("1,a,p\r\n% x\r\n\r\n")]
    [InlineData("{0 1}")]
    [InlineData("{0 1, 1 a, 2 p}")]
    [InlineData("{ 2 'p' ,0 1 } % sparse")]
    [InlineData("{0 1,}")]
    public void Next_OneRowWrittenInManyWays_IsTheSame(string text)
    {
        foreach (string name in (string[])["a.arff", "a.arff.gz"])
            Assert.Equal("1 0 -> 0", TextFiles.Show(TextFiles.ReadAll(_files.Write(name, Header + text))));
    }

    [Theory]
    [InlineData("{}", "0 0 -> 0")]
    [InlineData("{1 'b c'}", "0 1 -> 0")]
    [InlineData("{2 q}", "0 0 -> 1")]
    [InlineData("{0 ?, 2 ?}", "? 0 -> -1")]
    [InlineData("{1 ?}", "0 ? -> 0")]
    [InlineData("?,?,?", "? ? -> -1")]
    [InlineData("'?',d,q", "? 2 -> 1")]
    [InlineData("-0,'b c',q", "-0 1 -> 1")]
    public void Next_SparseAndMissing(string row, string expected)
        => Assert.Equal(expected, TextFiles.Show(TextFiles.ReadAll(_files.Write("a.arff", Header + row))));

    [Fact]
    public void Next_ValueWithABlank_NeedsQuotes()
    {
        string path = _files.Write("a.arff", Header + "1,b c,p\n2,'b c',p\n");
        using StreamFileReader stream = StreamFile.Open(path, new StreamFileOptions { OnBadRow = BadRowAction.Skip });
        Assert.Equal("2 1 -> 0", TextFiles.Show(TextFiles.ReadAll(stream)));
        Assert.Equal([$"{path}:6: expected 3 columns, found 4."], stream.BadRowMessages);
    }

    [Fact]
    public void Restart_GoesToTheFirstRow_WithLineNumbersAsBefore()
    {
        foreach (string name in (string[])["a.arff", "a.arff.gz"])
        {
            string path = _files.Write(name, "\uFEFF% bom\r\n" + Header.ReplaceLineEndings("\r\n") + "1,a,p\r\n2,x,q\r\n3,d,q");
            using StreamFileReader stream = StreamFile.Open(path, new StreamFileOptions { OnBadRow = BadRowAction.Skip });
            for (int pass = 0; pass < 3; pass++)
            {
                Assert.Equal("1 0 -> 0; 3 2 -> 1", TextFiles.Show(TextFiles.ReadAll(stream)));
                Assert.Equal([$"{path}:8: column 's': found 'x'; declared are 'a', 'b c', 'd'."], stream.BadRowMessages);
                stream.Restart();
            }
        }
    }

    [Fact]
    public void Restart_BehindAHeaderLongerThanTheBuffer_GoesToTheFirstRow()
    {
        string comments = string.Concat(Enumerable.Repeat($"% {new string('c', 98)}\n", 9000));
        foreach (string name in (string[])["a.arff", "a.arff.gz"])
        {
            string path = _files.Write(name, comments + Header + "1,a,p\n2,x,q\n");
            using StreamFileReader stream = StreamFile.Open(path);
            for (int pass = 0; pass < 2; pass++)
            {
                double[] features = new double[2];
                Assert.True(stream.Next(features, out _));
                Assert.Equal((1, 9006), (features[0], stream.LineNumber));
                Assert.Equal(9007, Assert.Throws<BadRowException>(() => stream.Next(features, out _)).Line);
                stream.Restart();
            }
        }
    }

    [Fact]
    public void Next_AirlinesShape_IsRead()
    {
        string[] airports = [.. Enumerable.Range(0, 293).Select(i => $"{(char)('A' + i / 26 % 26)}{(char)('A' + i % 26)}{(char)('A' + i / 100)}")];
        string path = _files.Write("airlines.arff", $$"""
            @relation AirlinesCodrnaAdult

            @attribute Airline {WN,XE,YV,OO,OH,EV,9E,DL,UA,US,HA,B6,MQ,CO,AA,AS,FL,F9}
            @attribute Flight numeric
            @attribute AirportFrom {{{string.Join(",", airports)}}}
            @attribute AirportTo {{{string.Join(",", airports)}}}
            @attribute DayOfWeek {1,2,3,4,5,6,7}
            @attribute Time numeric
            @attribute Length numeric
            @attribute Delay {0,1}

            @data
            CO,269.0,{{airports[5]}},{{airports[292]}},3,15.0,205.0,1
            F9,1558,{{airports[0]}},{{airports[100]}},7,15,222,0

            """);
        using StreamFileReader stream = StreamFile.Open(path);
        Assert.Equal(["0", "1"], stream.Schema.Class.Domain!.Values);
        Assert.Equal([18, 0, 293, 293, 7, 0, 0], stream.Schema.Attributes.Select(a => a.Domain?.Count ?? 0));
        Assert.Equal("13 269 5 292 2 15 205 -> 1; 17 1558 0 100 6 15 222 -> 0", TextFiles.Show(TextFiles.ReadAll(stream)));
    }

    [Fact]
    public void Next_CovertypeShape_IsRead()
    {
        string text = "@relation covtypeNorm\n" + string.Concat(Enumerable.Range(1, 10).Select(i => $"@attribute Elev{i} numeric\n"))
            + string.Concat(Enumerable.Range(1, 44).Select(i => $"@attribute Soil_Type{i} {{0,1}}\n")) + "@attribute class {1,2,3,4,5,6,7}\n@data\n";
        string numbers = string.Join(",", Enumerable.Range(1, 10).Select(i => $"0.{i:00}"));
        text += $"{numbers},{string.Join(",", Enumerable.Range(0, 44).Select(i => i == 12 ? 1 : 0))},5\n{{0 0.5, 22 1, 54 7}}\n";
        List<Instance> rows = TextFiles.ReadAll(_files.Write("covtype.arff.gz", text));
        double[] dense = [.. Enumerable.Range(1, 10).Select(i => i / 100.0), .. Enumerable.Range(0, 44).Select(i => i == 12 ? 1.0 : 0)];
        double[] sparse = [0.5, .. new double[53]];
        sparse[22] = 1;
        Assert.Equal([new Instance(dense, 4), new Instance(sparse, 6)], rows);
    }

    [Fact]
    public void Next_SteadyRows_AllocateNothing()
    {
        string text = Header + string.Concat(Enumerable.Range(0, 5_000).Select(i => $"{i * 0.123456789:R},d,q\n{i * 1e-70:R},'b c',p\n{{1 'b c'}}\n"));
        using StreamFileReader stream = StreamFile.Open(_files.Write("a.arff", text));
        double[] features = new double[2];
        while (stream.Next(features, out _)) { }
        stream.Restart();
        stream.Next(features, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (stream.Next(features, out _)) { }
        // The runtime itself may take a few bytes (tiered compilation); a row that took one object would make it 24 bytes each.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1500);
    }
}
