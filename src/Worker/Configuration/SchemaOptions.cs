using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.Worker.Configuration;

/// <summary>What events look like: a file that says so, or how it is inferred. Learning options, except the file's path.</summary>
internal sealed record SchemaOptions : OptionSet
{
    /// <value>A schema file (see docs/files.md); empty (the default) = each partition infers from its own first labelled events.</value>
    [Description("A schema file; empty = inferred from the first labelled events.")]
    public string File { get; init; } = "";

    /// <value>Labelled events from which the schema is inferred, in [1, 100000]. The default is 1,000.</value>
    [Description("Labelled events from which the schema is inferred."), Range(1, 100_000)]
    public int InferFrom { get; init; } = 1000;

    /// <value>Record time after the first event at which inference ends though fewer labelled events came (one at least), in [PT1S, P30D]. The default is PT10M.</value>
    [Description("Record time after the first event at which inference ends with fewer labelled events."), Range(typeof(TimeSpan), "PT1S", "P30D")]
    public TimeSpan InferWait { get; init; } = TimeSpan.FromMinutes(10);

    /// <value>Values of a nominal attribute at most, in [1, 65536]; what becomes of further ones <see cref="OnNewValue"/> says. The default is 1,024.</value>
    [Description("Values of a nominal attribute at most."), Range(1, NominalDomain.LargestCap)]
    public int MaxValues { get; init; } = NominalDomain.DefaultCap;

    /// <value>Classes at most, in [2, 65536]; events with further ones are dead letters. The default is 1,024.</value>
    [Description("Classes at most."), Range(2, NominalDomain.LargestCap)]
    public int MaxClasses { get; init; } = NominalDomain.DefaultCap;

    /// <value>Time without a record after which inference ends though fewer labelled events came (one at least), in [PT0S, P1D]; PT0S = it waits. The default is PT10S.
    /// What a clock decides is recorded in the order of the learner, so it happens again where it happened.</value>
    [Description("Time without a record after which inference ends with fewer labelled events; PT0S = never."), Range(typeof(TimeSpan), "PT0S", "P1D")]
    public TimeSpan InferIdle { get; init; } = TimeSpan.FromSeconds(10);

    /// <value>What becomes of a nominal value that is new beyond <see cref="MaxValues"/>, or longer than 1,024 bytes. The default is other.</value>
    [Description("What becomes of a nominal value that is new beyond maxValues: the value (other), missing, or a dead letter.")]
    public NewValueAction OnNewValue { get; init; } = NewValueAction.Other;

    /// <value>True to make a record whose features have other types than the attributes a dead letter. The default is false: a text that is a number is read as the number
    /// where one is expected, and anything else of another type is missing; both are counted.</value>
    [Description("Make events with features of other types than the attributes dead letters, instead of counting them.")]
    public bool Strict { get; init; }

    /// <value>Names that inference leaves out, separated by commas; those inside objects with their path, as <c>user.id</c>. The default is none.</value>
    [Description("Names that inference leaves out, separated by commas (user.id for one inside an object).")]
    public string Ignore { get; init; } = "";

    /// <value>Attributes whose values are hashed into a number of values, as <c>user_id:64,ip:256</c>; in [2, 65536] each. For identifiers. The default is none.</value>
    [Description("Attributes whose values are hashed into so many, as user_id:64,ip:256.")]
    public string Hash { get; init; } = "";

    /// <summary>The names that inference leaves out.</summary>
    public IReadOnlySet<string> Ignored => Ignore.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);

    /// <summary>The attributes that are hashed, with their numbers of values.</summary>
    public IReadOnlyDictionary<string, int> Hashed => ReadHash([]);

    /// <summary>Cap of a nominal domain with so many values: one more where further ones are another value.</summary>
    public int CapOf(int values) => OnNewValue == NewValueAction.Other ? Math.Min(values + 1, NominalDomain.LargestCap) : values;

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        List<string> faults = [];
        ReadHash(faults);
        return faults;
    }

    private Dictionary<string, int> ReadHash(List<string> faults)
    {
        Dictionary<string, int> hashed = new(StringComparer.Ordinal);
        foreach (string part in Hash.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = part.LastIndexOf(':');
            if (colon <= 0 || !int.TryParse(part.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture, out int buckets) || buckets is < 2 or > NominalDomain.LargestCap || !hashed.TryAdd(part[..colon], buckets))
                faults.Add($"hash has '{part}'; must be attribute:buckets, each attribute once, with buckets in [2, {NominalDomain.LargestCap}], separated by commas.");
        }
        return hashed;
    }
}
