using StreamMoe.Experts.Drift.Charts;
using StreamMoe.Experts.Drift.Windows;
using StreamMoe.Streams.Options;
using Settings = System.Collections.Generic.IEnumerable<System.Collections.Generic.KeyValuePair<string, string>>;

namespace StreamMoe.Experts.Drift;

/// <summary>All drift detectors by their names on the command line. A new one needs its files and a line here.</summary>
public static class DetectorCatalogue
{
    private static readonly Entry[] s_entries =
    [
        Entry.Of<AdwinOptions>("adwin"),
        Entry.Of<DdmOptions>("ddm"),
        Entry.Of<EddmOptions>("eddm"),
        Entry.Of<HddmAOptions>("hddm-a"),
        Entry.Of<HddmWOptions>("hddm-w"),
        Entry.Of<PageHinkleyOptions>("page-hinkley"),
        Entry.Of<CusumOptions>("cusum"),
        Entry.Of<EwmaChartOptions>("ewma"),
        Entry.Of<GeometricMovingAverageOptions>("geometric-ma"),
        Entry.Of<RddmOptions>("rddm"),
        Entry.Of<StepdOptions>("stepd"),
        Entry.Of<SeedOptions>("seed"),
        Entry.Of<FhddmOptions>("fhddm"),
        Entry.Of<KswinOptions>("kswin"),
    ];

    /// <value>The names of all detectors.</value>
    public static IReadOnlyList<string> Names { get; } = Array.ConvertAll(s_entries, e => e.Name);

    /// <summary>A detector's options: names, defaults, ranges and meanings.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="OptionException">The name is unknown; the text lists the known ones.</exception>
    public static IReadOnlyList<OptionInfo> Describe(string name) => Find(name).Options;

    /// <summary>Reads a detector's options from text.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="settings">Option names and values; defaults for the rest.</param>
    /// <exception cref="OptionException">The name or an option is unknown, or a value cannot be read or is out of its
    /// range; the text names all faults and what is allowed.</exception>
    public static DetectorOptions Options(string name, Settings? settings = null) => Find(name).Bind(settings ?? []);

    /// <summary>Makes a detector; as <see cref="Options"/>, then <see cref="DetectorOptions.CreateDetector"/>.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="settings">Option names and values; defaults for the rest.</param>
    /// <exception cref="OptionException">As <see cref="Options"/>.</exception>
    public static IDriftDetector Create(string name, Settings? settings = null) => Options(name, settings).CreateDetector();

    /// <summary>Reads a detector and its options from one text: <c>name</c> or <c>name:option=value,option=value</c>.</summary>
    /// <param name="text">For example <c>adwin:deltaAdwin=0.01</c>.</param>
    /// <exception cref="OptionException">As <see cref="Options"/>, or the text is not as <see cref="OptionText"/> says.</exception>
    public static DetectorOptions Parse(string text)
    {
        OptionText found = OptionText.Parse(text, "detector");
        return Options(found.Name, found.Settings);
    }

    private static Entry Find(string name)
    {
        foreach (Entry entry in s_entries)
            if (entry.Name == name) return entry;
        throw new OptionException([$"there is no detector '{name}'.{NearestName.Hint(name, Names)} Detectors: {string.Join(", ", Names)}."]);
    }

    private sealed record Entry(string Name, IReadOnlyList<OptionInfo> Options, Func<Settings, DetectorOptions> Bind)
    {
        public static Entry Of<T>(string name) where T : DetectorOptions, new() =>
            new(name, OptionSet.Describe<T>(), settings => OptionSet.Bind<T>(settings, $"detector {name}"));
    }
}
