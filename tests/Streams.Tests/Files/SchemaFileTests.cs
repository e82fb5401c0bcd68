using StreamMoe.Streams.Files;

namespace StreamMoe.Streams.Tests.Files;

public sealed class SchemaFileTests : IDisposable
{
    private readonly TextFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Load_ReadsAttributesInOrder()
    {
        string path = _files.Write("s.json", """
            {"relation": "r", "attributes": [
              {"name": "y", "type": "nominal", "values": ["p", ""]},
              {"name": "a", "type": "numeric"},
              {"name": "s", "type": "nominal", "cap": 3}], "class": "y"}
            """);
        Schema schema = SchemaFile.Load(path, cap: 50);
        Assert.Equal("r: a, s{} -> y{p,}", TextFiles.Show(schema));
        Assert.Equal(3, schema.Attributes[1].Domain!.Cap);
        Assert.Equal(50, schema.Class.Domain!.Cap);
    }

    [Fact]
    public void Load_RelationAndClassLeftOut_AreTheFileNameAndTheLastAttribute()
    {
        string path = _files.Write("s.json", """{"attributes": [{"name": "a", "type": "numeric"}, {"name": "b", "type": "nominal"}]}""");
        Assert.Equal("s: a -> b{}", TextFiles.Show(SchemaFile.Load(path)));
    }

    [Fact]
    public void Save_ThenLoad_GivesTheSchemaBack()
    {
        Schema schema = new("größe \"q\"",
            [SchemaAttribute.Numeric("a\n\\"), SchemaAttribute.Nominal("s'", ["", "?", "ü,\"", "\u2028"], 9)],
            SchemaAttribute.Nominal("class", ["1", "1.0"], 2));
        string path = _files.PathOf("s.json");
        SchemaFile.Save(schema, path);
        Schema back = SchemaFile.Load(path);
        Assert.Equal(TextFiles.Show(schema), TextFiles.Show(back));
        Assert.Equal((9, 2), (back.Attributes[1].Domain!.Cap, back.Class.Domain!.Cap));
    }

    [Theory]
    [InlineData("[]", "the schema is not an object in braces.")]
    [InlineData("{}", "'attributes' must be a list of at least 2 attributes, the class among them.")]
    [InlineData("""{"attributes": [{"name": "a", "type": "numeric"}]}""", "'attributes' must be a list of at least 2 attributes, the class among them.")]
    [InlineData("""{"attribute": []}""", "the schema has the unknown key 'attribute'; known are relation, attributes, class.")]
    [InlineData("""{"attributes": [{"nam": "a"}, {}]}""", "attribute 1 has the unknown key 'nam'; known are name, type, values, cap.")]
    [InlineData("""{"attributes": ["a", "b"]}""", "attribute 1 is not an object in braces.")]
    [InlineData("""{"attributes": [{"type": "numeric"}, {}]}""", "attribute 1 has no 'name'.")]
    [InlineData("""{"attributes": [{"name": ""}, {}]}""", "attribute 1 has no 'name'.")]
    [InlineData("""{"attributes": [{"name": 3}, {}]}""", "'name' of attribute 1 is 3; must be a string.")]
    [InlineData("""{"attributes": [{"name": "a"}, {}]}""", "attribute 'a' has the type (none); must be 'numeric' or 'nominal'.")]
    [InlineData("""{"attributes": [{"name": "a", "type": "real"}, {}]}""", "attribute 'a' has the type 'real'; must be 'numeric' or 'nominal'.")]
    [InlineData("""{"attributes": [{"name": "a", "type": "numeric", "values": []}, {}]}""", "attribute 'a' is numeric; 'values' and 'cap' belong to nominal ones.")]
    [InlineData("""{"attributes": [{"name": "a", "type": "nominal", "values": "x"}, {}]}""", "'values' of 'a' must be a list of strings.")]
    [InlineData("""{"attributes": [{"name": "a", "type": "nominal", "values": [1]}, {}]}""", "a value of 'a' is 1; must be a string.")]
    [InlineData("""{"attributes": [{"name": "a", "type": "nominal", "values": ["x", "x"]}, {}]}""", "attribute 'a' declares the value 'x' twice; values must be distinct.")]
    [InlineData("""{"attributes": [{"name": "a", "type": "nominal", "values": ["x", "y"], "cap": 1}, {}]}""", "'cap' of 'a' is 1; must be in [2, 65536].")]
    [InlineData("""{"attributes": [{"name": "a", "type": "nominal", "cap": 1.5}, {}]}""", "'cap' of 'a' is 1.5; must be in [1, 65536].")]
    [InlineData("""{"attributes": [{"name": "a", "type": "nominal"}, {"name": "a", "type": "nominal"}]}""", "attribute 'a' is declared twice; names must be distinct.")]
    [InlineData("""{"attributes": [{"name": "a", "type": "nominal"}, {"name": "b", "type": "nominal"}], "class": "c"}""", "'class' is 'c', which is not an attribute. The attributes are 'a', 'b'.")]
    [InlineData("""{"attributes": [{"name": "a", "type": "nominal"}, {"name": "b", "type": "numeric"}]}""", "the class 'b' is numeric; it must be nominal.")]
    public void Load_WhatIsNoSchema_IsRefused(string text, string message)
    {
        string path = _files.Write("s.json", text);
        Assert.Equal($"{path}: {message}", Assert.Throws<StreamFileException>(() => SchemaFile.Load(path)).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"attributes\": [")]
    [InlineData("{\"class\": \"a\", \"class\": \"b\"}")]
    public void Load_WhatIsNoJson_IsRefused(string text)
    {
        string path = _files.Write("s.json", text);
        Assert.StartsWith($"{path}: is not JSON: ", Assert.Throws<StreamFileException>(() => SchemaFile.Load(path)).Message);
    }

    [Fact]
    public void Load_NoSuchFile_SaysSo()
        => Assert.Equal("none.json: no such file.", Assert.Throws<StreamFileException>(() => SchemaFile.Load("none.json")).Message);

    [Fact]
    public void Csv_WithASchema_HasItsTypesValuesAndFeatureOrder()
    {
        string schema = _files.Write("s.json", """
            {"relation": "declared", "attributes": [
              {"name": "class", "type": "nominal", "values": ["DOWN", "UP"]},
              {"name": "price", "type": "numeric"},
              {"name": "day", "type": "nominal", "values": ["1", "2"], "cap": 3}], "class": "class"}
            """);
        string path = _files.Write("a.csv", "when,day,price,class\nx,2,0.5,UP\ny,7,1,DOWN\nz,8,2,UP\n");
        using StreamFileReader stream = StreamFile.Open(path, new StreamFileOptions { SchemaPath = schema, Drop = ["when"], OnBadRow = BadRowAction.Skip });
        Assert.Equal("declared: price, day{1,2,7} -> class{DOWN,UP}", TextFiles.Show(stream.Schema));
        Assert.Equal("0.5 1 -> 1; 1 2 -> 0", TextFiles.Show(TextFiles.ReadAll(stream)));
        Assert.Equal([$"{path}:4: column 'day': found the new value '8', but the column has 3 values already, the most that are allowed; --drop 'day' leaves the column out, and a 'cap' in --schema FILE allows more."], stream.BadRowMessages);
        using StreamFileReader other = StreamFile.Open(path, new StreamFileOptions { SchemaPath = schema, Drop = ["when", "price"], Label = "day" });
        Assert.Equal("declared: class{DOWN,UP} -> day{1,2,7}", TextFiles.Show(other.Schema));
    }

    [Fact]
    public void Csv_ColumnsThatAreNotTheSchemas_AreRefused()
    {
        string schema = _files.Write("s.json", """{"attributes": [{"name": "x", "type": "numeric"}, {"name": "v", "type": "numeric"}, {"name": "y", "type": "nominal"}]}""");
        string more = _files.Write("more.csv", "x,v,z,y\n1,2,3,a\n");
        Assert.Equal($"{more}: column 'z' is not in the schema file {schema}; declare it there, or drop it.", Refused(more));
        string fewer = _files.Write("fewer.csv", "v,y\n1,a\n");
        Assert.Equal($"{fewer}: the schema file {schema} declares 'x', which is not a column. The columns are 'v', 'y'.", Refused(fewer));
        string numeric = _files.Write("numeric.csv", "x,v,y\n1,2,a\n");
        Assert.Equal($"{schema}: the class 'x' is numeric; it must be nominal.", Refused(numeric, label: "x"));

        string Refused(string path, string? label = null)
            => Assert.Throws<StreamFileException>(() => StreamFile.Open(path, new StreamFileOptions { SchemaPath = schema, Label = label })).Message;
    }
}
