using StreamMoe.Streams.Files;

namespace StreamMoe.Streams.Tests.Files;

/// <summary>What is wrong with a CSV file, by its exact text.</summary>
public sealed class CsvFaultTests : IDisposable
{
    private const string Header = "n,s,class\n1,a,p\n";
    private readonly TextFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("1,a", "expected 3 columns, found 2.")]
    [InlineData("1,a,p,x", "expected 3 columns, found 4.")]
    [InlineData("1,a,p,,", "expected 3 columns, found 5.")]
    [InlineData("1,a\0,p", "found a NUL byte, which text does not have; is this UTF-16? Save the file as UTF-8.")]
    [InlineData("abc", "expected 3 columns, found 1.")]
    [InlineData("\"1\",\"a\"", "expected 3 columns, found 2.")]
    [InlineData("oops,a,p", "column 'n': found 'oops'; expected a number. --missing 'oops' reads it as missing, --schema FILE can declare 'n' nominal, --drop 'n' leaves the column out.")]
    [InlineData("1.2.3,a,p", "column 'n': found '1.2.3'; expected a number. --missing '1.2.3' reads it as missing, --schema FILE can declare 'n' nominal, --drop 'n' leaves the column out.")]
    [InlineData("1e,a,p", "column 'n': found '1e'; expected a number. --missing '1e' reads it as missing, --schema FILE can declare 'n' nominal, --drop 'n' leaves the column out.")]
    [InlineData("0x10,a,p", "column 'n': found '0x10'; expected a number. --missing '0x10' reads it as missing, --schema FILE can declare 'n' nominal, --drop 'n' leaves the column out.")]
    [InlineData("1 2,a,p", "column 'n': found '1 2'; expected a number. --missing '1 2' reads it as missing, --schema FILE can declare 'n' nominal, --drop 'n' leaves the column out.")]
    [InlineData("1\u0007,a,p", "column 'n': found '1\\u0007'; expected a number. --missing '1\\u0007' reads it as missing, --schema FILE can declare 'n' nominal, --drop 'n' leaves the column out.")]
    [InlineData("??,a,p", "column 'n': found '??'; expected a number. --missing '??' reads it as missing, --schema FILE can declare 'n' nominal, --drop 'n' leaves the column out.")]
    [InlineData("\"1,5\",a,p", "column 'n': found '1,5'; expected a number. --missing '1,5' reads it as missing, --schema FILE can declare 'n' nominal, --drop 'n' leaves the column out.")]
    [InlineData("-Infinity,a,p", "column 'n': found '-Infinity', which is not a finite number. --missing '-Infinity' reads it as missing, --schema FILE can declare 'n' nominal, --drop 'n' leaves the column out.")]
    [InlineData("inf,a,p", "column 'n': found 'inf', which is not a finite number. --missing 'inf' reads it as missing, --schema FILE can declare 'n' nominal, --drop 'n' leaves the column out.")]
    [InlineData("∞,a,p", "column 'n': found '∞', which is not a finite number. --missing '∞' reads it as missing, --schema FILE can declare 'n' nominal, --drop 'n' leaves the column out.")]
    [InlineData("1.#QNAN,a,p", "column 'n': found '1.#QNAN', which is not a finite number. --missing '1.#QNAN' reads it as missing, --schema FILE can declare 'n' nominal, --drop 'n' leaves the column out.")]
    [InlineData("1e999,a,p", "column 'n': found '1e999', which is too large; numbers lie in ±1.7976931348623157E+308. --missing '1e999' reads it as missing, --schema FILE can declare 'n' nominal, --drop 'n' leaves the column out.")]
    [InlineData("-1e309,a,p", "column 'n': found '-1e309', which is too large; numbers lie in ±1.7976931348623157E+308. --missing '-1e309' reads it as missing, --schema FILE can declare 'n' nominal, --drop 'n' leaves the column out.")]
    [InlineData("1,\"a\"x,p", "found 'x,p' behind the closing quote of cell 2; expected a delimiter or the end of the row (a quote inside quotes is doubled).")]
    [InlineData("1,\"a,p", "the quote that opens cell 2 is not closed; close it, or double a quote that is text.")]
    public void BadRow_IsReportedAndStopsTheRun(string row, string problem)
    {
        string path = _files.Write("a.csv", $"{Header}{row}\n4,a,p\n");
        using StreamFileReader stream = StreamFile.Open(path, new StreamFileOptions { InferenceRows = 1 });
        double[] features = new double[2];
        Assert.True(stream.Next(features, out _));
        BadRowException e = Assert.Throws<BadRowException>(() => stream.Next(features, out _));
        Assert.Equal($"{path}:3: {problem}", e.Message);
        Assert.Equal(path, e.File);
        Assert.Equal(3, e.Line);
        Assert.True(stream.Next(features, out int label));
        Assert.Equal((4, 0, 0), (features[0], features[1], label));
        Assert.False(stream.Next(features, out _));
        Assert.Equal((2, 1), (stream.RowCount, stream.BadRowCount));
    }

    [Fact]
    public void BadRow_UnderSkip_IsCountedAndTheFirstMessagesAreKept()
    {
        string path = _files.Write("a.csv", Header + string.Concat(Enumerable.Range(0, 25).Select(i => $"{i},a\n{i},a,p\n")));
        using StreamFileReader stream = StreamFile.Open(path, new StreamFileOptions { OnBadRow = BadRowAction.Skip });
        for (int pass = 0; pass < 2; pass++)
        {
            Assert.Equal(26, TextFiles.ReadAll(stream).Count);
            Assert.Equal((26, 25), (stream.RowCount, stream.BadRowCount));
            Assert.Equal(StreamFileReader.MaxKeptMessages, stream.BadRowMessages.Count);
            Assert.Equal($"{path}:3: expected 3 columns, found 2.", stream.BadRowMessages[0]);
            Assert.Equal($"{path}:21: expected 3 columns, found 2.", stream.BadRowMessages[9]);
            stream.Restart();
            Assert.Equal((0, 0, 0), (stream.RowCount, stream.BadRowCount, stream.BadRowMessages.Count));
        }
    }

    [Fact]
    public void BadRow_NominalBeyondTheCap_NamesTheColumnAndTheCap()
    {
        string path = _files.Write("a.csv", "n,s,class\n1,a,p\n2,b,q\n3,c,p\n4,a,r\n5,b,q\n");
        using StreamFileReader stream = StreamFile.Open(path, new StreamFileOptions { NominalCap = 2, OnBadRow = BadRowAction.Skip });
        Assert.Equal("1 0 -> 0; 2 1 -> 1; 5 1 -> 1", TextFiles.Show(TextFiles.ReadAll(stream)));
        Assert.Equal(
        [
            $"{path}:4: column 's': found the new value 'c', but the column has 2 values already, the most that are allowed; --drop 's' leaves the column out, and a 'cap' in --schema FILE allows more.",
            $"{path}:5: column 'class': found the new value 'r', but the column has 2 values already, the most that are allowed; is this a number to predict? Classes are few; --label NAME names another column.",
        ], stream.BadRowMessages);
    }

    [Fact]
    public void BadRow_NominalThatIsNotUtf8_IsReported()
    {
        string path = _files.Write("a.csv", [.. "n,s,class\n1,a,p\n2,"u8, 0xE9, .. ",p\n"u8]);
        using StreamFileReader stream = StreamFile.Open(path);
        double[] features = new double[2];
        Assert.True(stream.Next(features, out _));
        Assert.Equal($"{path}:3: column 's': found '\uFFFD', which is not UTF-8; save the file as UTF-8.",
            Assert.Throws<BadRowException>(() => stream.Next(features, out _)).Message);
    }

    [Fact]
    public void BadRow_QuoteThatIsNeverClosed_CostsOneLine()
    {
        string path = _files.Write("a.csv", Header + "2,\"a,p\n3,a,p\n4,\"a\",p\n5,a,p\n");
        using StreamFileReader stream = StreamFile.Open(path, new StreamFileOptions { OnBadRow = BadRowAction.Skip });
        Assert.Equal("1 0 -> 0; 3 0 -> 0; 4 0 -> 0; 5 0 -> 0", TextFiles.Show(TextFiles.ReadAll(stream)));
        Assert.Equal([$"{path}:3: the quote that opens cell 2 is not closed; close it, or double a quote that is text."], stream.BadRowMessages);
    }

    [Fact]
    public void BadRow_OverSeveralLines_IsReportedAtItsFirst()
    {
        string path = _files.Write("a.csv", Header + "2,\"x\ny\"\n3,a,p\n");
        using StreamFileReader stream = StreamFile.Open(path, new StreamFileOptions { OnBadRow = BadRowAction.Skip });
        Assert.Equal("1 0 -> 0; 3 0 -> 0", TextFiles.Show(TextFiles.ReadAll(stream)));
        Assert.Equal([$"{path}:3: expected 3 columns, found 2."], stream.BadRowMessages);
    }

    [Theory]
    [InlineData("", ": the file is empty; expected a line with the column names.")]
    [InlineData(" \n\r\n\n", ": the file is empty; expected a line with the column names.")]
    [InlineData("\uFEFF", ": the file is empty; expected a line with the column names.")]
    [InlineData("x;y;class\n1;2;a\n", ":1: the first line has 1 column, 'x;y;class'; expected at least 2, separated by commas. Is the delimiter ';' (--delimiter ';')?")]
    [InlineData("1,2,3\n4,5,6\n", ":1: the first line looks like data (column 1 is '1'); expected the column names. --no-header reads it as data; a name that looks like a number is quoted.")]
    [InlineData("1,0.5,UP\n4,5,DOWN\n", ":1: the first line looks like data (column 2 is '0.5'); expected the column names. --no-header reads it as data; a name that looks like a number is quoted.")]
    [InlineData("a,?,UP\n", ":1: the first line looks like data (column 2 is '?'); expected the column names. --no-header reads it as data; a name that looks like a number is quoted.")]
    [InlineData("x\tclass\n", ":1: the first line has 1 column, 'x\\u0009class'; expected at least 2, separated by commas. Is the delimiter a tab (--delimiter tab)?")]
    [InlineData("x\0,class\n", ":1: found a NUL byte, which text does not have; is this UTF-16? Save the file as UTF-8.")]
    [InlineData("1,0,1,one\n", ":1: the column name '1' appears twice; names must be distinct. If the first line is data, --no-header says so.")]
    [InlineData("x,\"class\n1,a\n", ":1: the quote that opens cell 2 is not closed; close it, or double a quote that is text.")]
    [InlineData("x,class\r1,a\r2,b\r", ":1: a line ends in CR alone; lines end in LF or CRLF.")]
    public void Header_ThatIsNone_IsRefused(string text, string message)
    {
        string path = _files.Write("a.csv", text);
        Assert.Equal(path + message, Assert.Throws<StreamFileException>(() => StreamFile.Open(path)).Message);
    }

    [Fact]
    public void Header_NamesThatLookLikeNumbers_AreNamesWhenQuotedOrAmongOthers()
    {
        using (StreamFileReader quoted = StreamFile.Open(_files.Write("a.csv", "\"1\",\"0.5\"\n3,x\n")))
            Assert.Equal("a: 1 -> 0.5{x}", TextFiles.Show(quoted.Schema));
        using (StreamFileReader among = StreamFile.Open(_files.Write("b.csv", "0,1,class\n3,4,x\n")))
            Assert.Equal("b: 0, 1 -> class{x}", TextFiles.Show(among.Schema));
    }

    [Fact]
    public void Header_NotUtf8_IsRefused()
    {
        string path = _files.Write("a.csv", [.. "x"u8, 0xE9, .. ",class\n1,a\n"u8]);
        Assert.Equal($"{path}:1: found the column name 'x\uFFFD', which is not UTF-8; save the file as UTF-8.",
            Assert.Throws<StreamFileException>(() => StreamFile.Open(path)).Message);
    }

    [Fact]
    public void Header_Utf16_IsRefused()
    {
        foreach (System.Text.Encoding encoding in (System.Text.Encoding[])[System.Text.Encoding.Unicode, System.Text.Encoding.BigEndianUnicode])
        {
            string path = _files.Write("a.csv", [.. encoding.GetPreamble(), .. encoding.GetBytes("x,class\n1,a\n")]);
            Assert.Equal($"{path}: the text is UTF-16; save it as UTF-8.", Assert.Throws<StreamFileException>(() => StreamFile.Open(path)).Message);
        }
    }

    [Fact]
    public void Header_TooManyColumns_IsRefused()
    {
        string path = _files.Write("a.csv", string.Join(",", Enumerable.Range(0, StreamFileReader.MaxColumns + 1).Select(i => $"c{i}")) + "\n");
        Assert.Equal($"{path}:1: the first line has 65537 columns; at most 65536 are allowed.", Assert.Throws<StreamFileException>(() => StreamFile.Open(path)).Message);
    }

    [Theory]
    [InlineData(99)]
    [InlineData(100_000)]
    public void Line_LongerThanTheCap_IsRefused(int cap)
    {
        StreamFileOptions options = new() { MaxRowBytes = cap };
        string fits = _files.Write("fits.csv", $"s,class\r\na,p\r\n{new string('v', cap - 2)},p\r\na,p\r\n");
        Assert.Equal(3, TextFiles.ReadAll(fits, options).Count);
        foreach (string end in (string[])["\n", "\r\n", ""])
        {
            string path = _files.Write("long.csv", $"s,class\na,p\n{new string('v', cap - 1)},p{end}");
            using StreamFileReader stream = StreamFile.Open(path, options);
            double[] features = new double[1];
            Assert.True(stream.Next(features, out _));
            Assert.Equal($"{path}:3: the line is longer than {cap} bytes, the largest length of a line. Is this a text file?",
                Assert.Throws<StreamFileException>(() => stream.Next(features, out _)).Message);
        }
    }

    [Fact]
    public void QuotedRow_LongerThanTheCap_CostsItsFirstLine()
    {
        string path = _files.Write("a.csv", Header + "2,\"a,p\n" + string.Concat(Enumerable.Repeat("3,a,p\n", 50)));
        using StreamFileReader stream = StreamFile.Open(path, new StreamFileOptions { MaxRowBytes = 64, OnBadRow = BadRowAction.Skip });
        Assert.Equal(51, TextFiles.ReadAll(stream).Count);
        Assert.Equal([$"{path}:3: the quote that opens cell 2 is not closed; close it, or double a quote that is text."], stream.BadRowMessages);
    }
}
