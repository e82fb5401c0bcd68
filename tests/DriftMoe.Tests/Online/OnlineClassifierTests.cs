using StreamMoe.DriftMoe.Online;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Experts.State;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.DriftMoe.Tests.Online;

/// <summary>One event at a time is the block path to the bit, whatever events are given as.</summary>
public sealed class OnlineClassifierTests
{
    private enum Colour
    {
        Red,
        Green,
    }

    [Theory]
    [InlineData("adaptive", "agrawal:function=2")]
    [InlineData("moe-data:router.interval=64", "led-abrupt")]
    [InlineData("moe-task", "sea-abrupt")]
    [InlineData("adaptive-random-forest", "stagger-abrupt")]
    public void Learn_EventByEvent_SameBitsAsBlocks(string model, string text)
    {
        const int rows = 2500;
        using InstanceStream stream = StreamCatalogue.Open(text, 4);
        InstanceBlock block = new(stream.Schema.AttributeCount, rows);
        stream.Fill(block);
        using WorkRunner work = new(1);
        ILearner learner = PresetCatalogue.Parse(model).Create(Copy(stream.Schema), 7, work);
        Predictions told = new(rows);
        learner.Process(block, told);
        using OnlineClassifier online = new(Copy(stream.Schema), model, seed: 7);

        for (int r = 0; r < rows; r++)
        {
            string? predicted = online.Predict(block.Row(r));
            Assert.Equal(stream.Schema.ClassName(told.Classes[r]), predicted);
            online.Learn(block.Row(r), stream.Schema.ClassName(block.Labels[r]));
        }

        Assert.Equal(Bytes(learner), Bytes(online.Learner));
    }

    [Fact]
    public void Save_ThenOpen_GoesOnAsIfNeverEnded()
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using OnlineClassifier whole = new(Loans()), first = new(Loans());
            for (int i = 0; i < 400; i++) Learn(whole, i);
            for (int i = 0; i < 150; i++) Learn(first, i);
            first.Save(file);
            using OnlineClassifier second = OnlineClassifier.Open(file);
            for (int i = 150; i < 400; i++) Learn(second, i);

            Assert.Equal(400, second.Learned);
            Assert.Equal(Bytes(whole.Learner), Bytes(second.Learner));
        }
        finally
        {
            File.Delete(file);
        }

        static void Learn(OnlineClassifier model, int i)
            => model.Learn(new Dictionary<string, object?> { ["amount"] = i * 37 % 101, ["country"] = $"c{i * i % 50}" }, i * 37 % 101 > 50 ? "paid" : i % 7 == 0 ? "late" : "lost");
    }

    [Fact]
    public void TypedRecords_Dictionaries_AndRows_GiveTheSameBits()
    {
        using OnlineClassifier<Loan> typed = new();
        using OnlineClassifier named = new(typed.Model.Schema is { } schema ? Copy(schema) : null!), plain = new(Copy(typed.Model.Schema));
        for (int i = 0; i < 300; i++)
        {
            Loan loan = new(i % 17, i % 3 == 0 ? null : i, i % 5 == 0 ? null : $"c{i % 4}", i % 2 == 0, i % 3 == 0 ? Colour.Red : Colour.Green);
            Dictionary<string, object?> values = new()
            {
                ["Amount"] = loan.Amount, ["Months"] = loan.Months, ["Country"] = loan.Country, ["Returning"] = loan.Returning, ["Colour"] = loan.Colour,
            };
            string label = i % 17 > 8 ? "paid" : "lost";
            Assert.Equal(typed.Predict(loan), named.Predict(values));
            typed.Learn(loan, label);
            named.Learn(values, label);
            NominalDomain countries = named.Schema.Attributes[2].Domain!;
            if (loan.Country is not null) plain.Schema.Attributes[2].Domain!.TryGetOrAdd(loan.Country, out _);
            plain.Learn([loan.Amount, loan.Months ?? double.NaN, loan.Country is null ? double.NaN : Index(countries, loan.Country), loan.Returning ? 1 : 0, (int)loan.Colour], label);
        }

        Assert.Equal(Bytes(typed.Model.Learner), Bytes(named.Learner));
        Assert.Equal(Bytes(typed.Model.Learner), Bytes(plain.Learner));

        static int Index(NominalDomain domain, string value) => domain.TryGetIndex(value, out int index) ? index : -1;
    }

    [Fact]
    public void Predict_BeforeAnyLabel_IsNull_AndNewValuesAreNotAdded()
    {
        using OnlineClassifier model = new(Loans());

        Assert.Null(model.Predict(new Dictionary<string, object?> { ["country"] = "DK" }));
        Assert.Empty(model.Schema.Attributes[1].Domain!.Values);
    }

    [Fact]
    public void Learn_WrongNameTypeOrLength_SaysWhatIsAllowed()
    {
        using OnlineClassifier model = new(Loans());

        string name = Assert.Throws<ArgumentException>(() => model.Learn(new Dictionary<string, object?> { ["amuont"] = 1.0 }, "paid")).Message;
        string type = Assert.Throws<ArgumentException>(() => model.Learn(new Dictionary<string, object?> { ["amount"] = "much" }, "paid")).Message;
        string length = Assert.Throws<ArgumentException>(() => model.Learn([1.0], "paid")).Message;

        Assert.StartsWith("'amuont' is no attribute; the schema has 'amount', 'country'.", name);
        Assert.StartsWith("Attribute 'amount' was 'much' (String); a numeric attribute takes a number.", type);
        Assert.StartsWith("features has 1 values; the schema has 2 attributes.", length);
        Assert.Equal(0, model.Learned);
    }

    [Fact]
    public void TypedRecord_WithAPropertyThatIsNoFeature_IsRefusedByName()
    {
        string text = Assert.Throws<ArgumentException>(() => new OnlineClassifier<Dated>()).Message;

        Assert.Equal("Dated.When is of type DateTime; must be a number, text, a boolean or an enum.", text);
    }

    private static Schema Loans() => new("loans", [SchemaAttribute.Numeric("amount"), SchemaAttribute.Nominal("country", [])], SchemaAttribute.Nominal("outcome", []));

    private static Schema Copy(Schema schema) => new(schema.Relation, schema.Attributes.Select(Copy), Copy(schema.Class));

    private static SchemaAttribute Copy(SchemaAttribute a) => a.Domain is { } domain ? SchemaAttribute.Nominal(a.Name, domain.Values, domain.Cap) : SchemaAttribute.Numeric(a.Name);

    private static byte[] Bytes(ILearner learner)
    {
        using MemoryStream bytes = new();
        learner.Save(new StateWriter(bytes));
        return bytes.ToArray();
    }

    private sealed record Loan(double Amount, int? Months, string? Country, bool Returning, Colour Colour);

    private sealed record Dated(DateTime When);
}
