using StreamMoe.Streams.Files;

namespace StreamMoe.Streams.Tests.Files;

/// <summary>The class column and the columns left out, in both formats.</summary>
public sealed class ColumnSelectionTests : IDisposable
{
    private readonly TextFiles _files = new();

    public static TheoryData<string> Formats => ["csv", "arff"];

    public void Dispose() => _files.Dispose();

    private string Write(string format) => format == "csv"
        ? _files.Write("a.csv", "when,x,kind,y\nmonday,1,u,p\ntuesday,2,v,q\n")
        : _files.Write("a.arff", "@relation a\n@attribute when string\n@attribute x real\n@attribute kind {u,v}\n@attribute y {p,q}\n@data\nmonday,1,u,p\ntuesday,2,v,q\n");

    [Theory, MemberData(nameof(Formats))]
    public void Drop_LeavesColumnsOut(string format)
    {
        using StreamFileReader stream = StreamFile.Open(Write(format), new StreamFileOptions { Drop = ["when", "kind"] });
        Assert.Equal("a: x -> y{p,q}", TextFiles.Show(stream.Schema));
        Assert.Equal("1 -> 0; 2 -> 1", TextFiles.Show(TextFiles.ReadAll(stream)));
    }

    [Theory, MemberData(nameof(Formats))]
    public void Label_NamesTheClass_AndTheLastColumnBecomesAnAttribute(string format)
    {
        using StreamFileReader stream = StreamFile.Open(Write(format), new StreamFileOptions { Label = "kind", Drop = ["when"] });
        Assert.Equal("a: x, y{p,q} -> kind{u,v}", TextFiles.Show(stream.Schema));
        Assert.Equal("1 0 -> 0; 2 1 -> 1", TextFiles.Show(TextFiles.ReadAll(stream)));
    }

    [Theory, MemberData(nameof(Formats))]
    public void Drop_CellOfADroppedColumn_IsNotRead(string format)
    {
        string path = Write(format);
        File.AppendAllText(path, "x,not a number".Replace(' ', format == "csv" ? ' ' : '-') + ",u,p\n");
        Assert.Equal(3, TextFiles.ReadAll(path, new StreamFileOptions { Drop = ["when", "x"] }).Count);
    }

    [Theory, MemberData(nameof(Formats))]
    public void Names_ThatDoNotFit_AreRefusedWithTheColumns(string format)
    {
        string path = Write(format);
        const string columns = "The columns are 'when', 'x', 'kind', 'y'";
        Check(new StreamFileOptions { Label = "class" }, $"{path}: label names 'class', which is not a column. {columns}; an index in [-4, 4) names one too.");
        Check(new StreamFileOptions { Drop = ["x", "X"] }, $"{path}: drop names 'X', which is not a column. {columns}; an index in [-4, 4) names one too.");
        Check(new StreamFileOptions { Drop = ["when", "y"] }, $"{path}: column 'y' is the class and cannot be dropped; choose another class by --label. {columns}.");
        Check(new StreamFileOptions { Drop = ["kind"], Label = "kind" }, $"{path}: column 'kind' is the class and cannot be dropped; choose another class by --label. {columns}.");
        Check(new StreamFileOptions { Drop = ["when", "x", "kind"] }, $"{path}: no attribute is left beside the class 'y'; drop fewer columns. {columns}.");

        void Check(StreamFileOptions options, string message)
            => Assert.Equal(message, Assert.Throws<StreamFileException>(() => StreamFile.Open(path, options)).Message);
    }

    [Theory, MemberData(nameof(Formats))]
    public void Indices_NameColumns_FromTheBeginningAndFromTheEnd(string format)
    {
        using StreamFileReader stream = StreamFile.Open(Write(format), new StreamFileOptions { Label = "-2", Drop = ["0"] });
        Assert.Equal("a: x, y{p,q} -> kind{u,v}", TextFiles.Show(stream.Schema));
    }

    [Fact]
    public void Label_ThatIsANameAndAnIndex_IsTheName()
    {
        using StreamFileReader stream = StreamFile.Open(_files.Write("a.csv", "1,0,class\n5,a,p\n"), new StreamFileOptions { Label = "0" });
        Assert.Equal("a: 1, class{p} -> 0{a}", TextFiles.Show(stream.Schema));
    }

    [Fact]
    public void Label_OfANumericCsvColumn_MakesItsTextsTheClasses()
    {
        using StreamFileReader stream = StreamFile.Open(Write("csv"), new StreamFileOptions { Label = "x" });
        Assert.Equal("a: when{monday,tuesday}, kind{u,v}, y{p,q} -> x{1,2}", TextFiles.Show(stream.Schema));
    }

    [Fact]
    public void Label_OfANumericArffColumn_IsRefused()
    {
        string path = Write("arff");
        Assert.Equal($"{path}:3: the class 'x' is of type real; it must be nominal. Is this a number to predict? Only classes are predicted: declare its values, as in '@attribute class {{0,1}}', or name another column by --label.",
            Assert.Throws<StreamFileException>(() => StreamFile.Open(path, new StreamFileOptions { Label = "x" })).Message);
    }
}
