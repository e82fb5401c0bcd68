using StreamMoe.Streams.Files;

namespace StreamMoe.Streams.Tests.Files;

/// <summary>What is wrong with an ARFF file, by its exact text.</summary>
public sealed class ArffFaultTests : IDisposable
{
    private readonly TextFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("1,a", "expected 3 columns, found 2.")]
    [InlineData("1,a,p,q", "expected 3 columns, found 4.")]
    [InlineData("1,e,p", "column 's': found 'e'; declared are 'a', 'b'.")]
    [InlineData("1,A,p", "column 's': found 'A'; declared are 'a', 'b'.")]
    [InlineData("1,a,r", "column 'class': found 'r'; declared are 'p', 'q'.")]
    [InlineData("1,a,''", "column 'class': found ''; declared are 'p', 'q'.")]
    [InlineData("1,'?',p", "column 's': found '?'; declared are 'a', 'b'.")]
    [InlineData("x,a,p", "column 'n': found 'x'; expected a number. --missing 'x' reads it as missing, --drop 'n' leaves the column out.")]
    [InlineData("'',a,p", "column 'n': found ''; expected a number. --missing '' reads it as missing, --drop 'n' leaves the column out.")]
    [InlineData("+INF,a,p", "column 'n': found '+INF', which is not a finite number. --missing '+INF' reads it as missing, --drop 'n' leaves the column out.")]
    [InlineData("1e999,a,p", "column 'n': found '1e999', which is too large; numbers lie in ±1.7976931348623157E+308. --missing '1e999' reads it as missing, --drop 'n' leaves the column out.")]
    [InlineData(",a,p", "cell 1 is empty; a missing value is written ?.")]
    [InlineData("1,,p", "cell 2 is empty; a missing value is written ?.")]
    [InlineData("1,a,", "cell 3 is empty; a missing value is written ?.")]
    [InlineData("1,a,p,,", "cell 4 is empty; a missing value is written ?.")]
    [InlineData("1,a\0,p", "found a NUL byte, which text does not have; is this UTF-16? Save the file as UTF-8.")]
    [InlineData("1,a,% p", "cell 3 is empty; a missing value is written ?.")]
    [InlineData("1,a,'p", "the quote at ''p' is not closed; close it with ', or write \\' for a quote that is text.")]
    [InlineData("1,\"a\\\",p", "the quote at '\"a\\\",p' is not closed; close it with \", or write \\\" for a quote that is text.")]
    [InlineData("1,a,p,{5}", "found '{5}'; instance weights are not supported, every instance counts once (a brace in a value must be quoted).")]
    [InlineData("1,a,p {5}", "found '{5}'; instance weights are not supported, every instance counts once (a brace in a value must be quoted).")]
    [InlineData("{0 1},{5}", "found '{5}'; instance weights are not supported, every instance counts once (a brace in a value must be quoted).")]
    [InlineData("1,a,p}", "found '}'; a brace in a value must be quoted.")]
    [InlineData("{0 1", "the sparse row is not closed; expected '}'.")]
    [InlineData("{0 1} x", "found 'x' behind the sparse row; expected the end of the line.")]
    [InlineData("{3 1}", "the sparse row names column 3; columns are 0 to 2.")]
    [InlineData("{99999999999999999999 1}", "the sparse row names column 999999999999; columns are 0 to 2.")]
    [InlineData("{0 1, 0 2}", "the sparse row names column 0 twice.")]
    [InlineData("{0}", "found '0}' in a sparse row; expected a column index, a space and a value.")]
    [InlineData("{0 }", "the sparse row names column 0 without a value.")]
    [InlineData("{0 , 1 a}", "the sparse row names column 0 without a value.")]
    [InlineData("{-1 5}", "found '-1 5}' in a sparse row; expected a column index, a space and a value.")]
    [InlineData("{n 5}", "found 'n 5}' in a sparse row; expected a column index, a space and a value.")]
    [InlineData("{1 e}", "column 's': found 'e'; declared are 'a', 'b'.")]
    public void BadRow_IsReportedAndStopsTheRun(string row, string problem)
    {
        string path = _files.Write("a.arff", $"@relation r\n@attribute n real\n@attribute s {{a,b}}\n@attribute class {{p,q}}\n@data\n1,a,p\n{row}\n4,b,q\n");
        using StreamFileReader stream = StreamFile.Open(path);
        double[] features = new double[2];
        Assert.True(stream.Next(features, out _));
        Assert.Equal($"{path}:7: {problem}", Assert.Throws<BadRowException>(() => stream.Next(features, out _)).Message);
        Assert.True(stream.Next(features, out int label));
        Assert.Equal((4, 1, 1), (features[0], features[1], label));
        Assert.False(stream.Next(features, out _));
        Assert.Equal((2, 1), (stream.RowCount, stream.BadRowCount));
    }

    [Fact]
    public void BadRow_ManyDeclaredValues_ShowsTen()
    {
        string path = _files.Write("a.arff", "@attribute n real\n@attribute class {" + string.Join(",", Enumerable.Range(0, 300)) + "}\n@data\n1,300\n");
        Assert.Equal($"{path}:4: column 'class': found '300'; declared are '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', … (300 in all).",
            Assert.Throws<BadRowException>(() => TextFiles.ReadAll(path)).Message);
    }

    [Theory]
    [InlineData("", ": the file is empty; expected @relation, @attribute and @data.")]
    [InlineData("% only a comment\n\n", ": the file is empty; expected @relation, @attribute and @data.")]
    [InlineData("@relation r\n@attribute n real\n@attribute c {a}\n", ": the file ends without @data.")]
    [InlineData("x,class\n1,a\n", ":1: found 'x,class'; expected @relation, @attribute or @data.")]
    [InlineData("@relation r\n@atribute n real\n", ":2: found '@atribute n real'; expected @relation, @attribute or @data.")]
    [InlineData("@relation\n", ":1: expected a name behind @relation.")]
    [InlineData("@attribute % n\n", ":1: expected a name behind @attribute.")]
    [InlineData("@attribute 'n real\n", ":1: the quote at ''n real' is not closed; close it with ', or write \\' for a quote that is text.")]
    [InlineData("@attribute '' real\n", ":1: the attribute's name is empty.")]
    [InlineData("@attribute n\n", ":1: attribute 'n' has the type ''; expected numeric, real, integer or a list of values in braces. --drop 'n' leaves it out.")]
    [InlineData("@attribute n float\n", ":1: attribute 'n' has the type 'float'; expected numeric, real, integer or a list of values in braces. --drop 'n' leaves it out.")]
    [InlineData("@attribute n relational\n", ":1: attribute 'n' is relational; only numeric (real, integer) and nominal attributes are read. --drop 'n' leaves it out.")]
    [InlineData("@attribute n relational\n@attribute x real\n@data\n", ":3: the relational attribute 'n' is not ended; expected '@end n' before @data.")]
    [InlineData("@attribute n {a,b\n", ":1: the values of 'n' are not closed; expected '}' on the same line.")]
    [InlineData("@attribute n {a,%b}\n", ":1: the values of 'n' are not closed; expected '}' on the same line.")]
    [InlineData("@attribute n {}\n", ":1: attribute 'n' declares no values.")]
    [InlineData("@attribute n {a,{b}}\n", ":1: found '{b}}' among the values of 'n'; a brace in a value must be quoted.")]
    [InlineData("@attribute n {a,'b}\n", ":1: the quote at ''b}' is not closed; close it with ', or write \\' for a quote that is text.")]
    [InlineData("@attribute n {a,b,'a'}\n", ":1: attribute 'n' declares the value 'a' twice; values must be distinct.")]
    [InlineData("@attribute n {a} {5}\n", ":1: found '{5}' behind the values; expected the end of the line.")]
    [InlineData("@attribute n real\n@attribute 'n' real\n", ":2: attribute 'n' is declared twice; names must be distinct.")]
    [InlineData("@attribute c {a}\n@data\na\n", ":2: the header declares 1 attributes; expected at least 2, one of them the class.")]
    [InlineData("@relation r\n@attribute n real\n@attribute c {a}\n@data x\n", ":4: found 'x' behind @data; expected the end of the line.")]
    [InlineData("@relation r\r@attribute n real\r@attribute c {a}\r@data\r1,a\r", ":1: a line ends in CR alone; lines end in LF or CRLF.")]
    [InlineData("@attribute n real\n@attribute c string\n@data\n", ":2: the class 'c' is of type string; it must be nominal. Declare its values, as in '@attribute class {0,1}', or name another column by --label.")]
    [InlineData("@attribute n {a}\n@attribute c numeric\n@data\n", ":2: the class 'c' is of type numeric; it must be nominal. Is this a number to predict? Only classes are predicted: declare its values, as in '@attribute class {0,1}', or name another column by --label.")]
    [InlineData("@attribute n String\n@attribute c {a}\n@data\n", ":1: attribute 'n' is of type String; only numeric (real, integer) and nominal attributes are read. --drop 'n' leaves it out.")]
    [InlineData("@attribute n date 'yyyy-MM-dd'\n@attribute c {a}\n@data\n", ":1: attribute 'n' is of type date; only numeric (real, integer) and nominal attributes are read. --drop 'n' leaves it out.")]
    public void Header_ThatDoesNotFit_IsRefused(string text, string message)
    {
        string path = _files.Write("a.arff", text);
        Assert.Equal(path + message, Assert.Throws<StreamFileException>(() => StreamFile.Open(path)).Message);
    }

    [Fact]
    public void Header_NotUtf8_IsRefused()
    {
        string path = _files.Write("a.arff", [.. "@attribute x"u8, 0xE9, .. " real\n"u8]);
        Assert.Equal($"{path}:1: found 'x\uFFFD', which is not UTF-8; save the file as UTF-8.",
            Assert.Throws<StreamFileException>(() => StreamFile.Open(path)).Message);
    }

    [Fact]
    public void Open_WithASchemaFile_IsRefused()
    {
        string path = _files.Write("a.arff", "@attribute n real\n@attribute c {a}\n@data\n");
        Assert.Equal($"{path}: an ARFF file declares its own types; leave the schema file s.json out.",
            Assert.Throws<StreamFileException>(() => StreamFile.Open(path, new StreamFileOptions { SchemaPath = "s.json" })).Message);
    }
}
