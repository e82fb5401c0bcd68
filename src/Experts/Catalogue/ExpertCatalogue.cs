using StreamMoe.Experts.Baselines;
using StreamMoe.Experts.Bayes;
using StreamMoe.Experts.Ensembles;
using StreamMoe.Experts.Neighbours;
using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts;

/// <summary>All kinds of experts, by their names on the command line; each is a model by itself, and can be part of a mixture. A new one needs its files and a line here.</summary>
public static class ExpertCatalogue
{
    /// <value>The kinds.</value>
    public static IReadOnlyList<ExpertKind> Kinds { get; } =
    [
        ExpertKind.Of<NetExpertOptions>("net", ExpertView.Standardised, "A small neural net, or a linear one, trained by Adam.",
            static (options, schema, seed) => new NetExpert(schema.AttributeCount, schema.ClassCount, options, seed)),
        ExpertKind.Of<NearestNeighboursOptions>("neighbours", ExpertView.Standardised, "The nearest of the last instances vote.",
            static (options, schema, _) => new NearestNeighbours(schema.AttributeCount, schema.ClassCount, options)),
        ExpertKind.Of<ForgettingNaiveBayesOptions>("forgetting-bayes", ExpertView.Standardised, "Naive Bayes of each class's latest instances.",
            static (options, schema, _) => new ForgettingNaiveBayes(schema.AttributeCount, schema.ClassCount, options)),
        ExpertKind.Of<DriftingTreeOptions>("drifting-tree", ExpertView.Raw, "A Hoeffding tree that is replaced when its error rises.",
            static (options, schema, seed) => new DriftingTree(schema, options, seed)),
        ExpertKind.Of<HoeffdingTreeOptions>("hoeffding-adaptive-tree", ExpertView.Raw, "A Hoeffding tree that replaces the branches whose error rises.",
            static (options, schema, _) => new HoeffdingAdaptiveTree(schema, options)),
        ExpertKind.Of<HoeffdingTreeOptions>("hoeffding-tree", ExpertView.Raw, "A Hoeffding tree, which never forgets.",
            static (options, schema, _) => new HoeffdingTree(schema, options)),
        ExpertKind.Of<LeveragingBaggingOptions>("leveraging-bagging", ExpertView.Raw, "Hoeffding trees on resampled instances, replaced on drift.",
            static (options, schema, seed) => new LeveragingBagging(schema, options, (long)seed)),
        ExpertKind.Of<AdaptiveRandomForestOptions>("adaptive-random-forest", ExpertView.Raw, "Hoeffding trees on random attributes, each replaced when it drifts.",
            static (options, schema, seed) => new AdaptiveRandomForest(schema, options, (long)seed)),
        ExpertKind.Of<StreamingRandomPatchesOptions>("streaming-random-patches", ExpertView.Raw, "Hoeffding trees on random attributes and resampled instances.",
            static (options, schema, seed) => new StreamingRandomPatches(schema, options, (long)seed)),
        ExpertKind.Of<Plain>("naive-bayes", ExpertView.Raw, "Naive Bayes, which never forgets.", static (_, schema, _) => new NaiveBayes(schema)),
        ExpertKind.Of<Plain>("majority", ExpertView.Raw, "The most frequent class.", static (_, _, _) => new MajorityClass()),
        ExpertKind.Of<Plain>("no-change", ExpertView.Raw, "The class of the instance before.", static (_, _, _) => new NoChange()),
    ];

    /// <value>The names of all kinds.</value>
    public static IReadOnlyList<string> Names { get; } = [.. Kinds.Select(k => k.Name)];

    /// <summary>Finds a kind.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="OptionException">The name is unknown; the text lists the known ones.</exception>
    public static ExpertKind Find(string name) => Kinds.FirstOrDefault(k => k.Name == name)
        ?? throw new OptionException([$"there is no expert '{name}'.{NearestName.Hint(name, Names)} Experts: {string.Join(", ", Names)}."]);

    /// <summary>Reads an expert's description: <c>kind</c>, <c>kind:option=value,option=value</c>, either with <c>@view</c> after it.</summary>
    /// <param name="text">For example <c>net:hidden1=64,learningRate=0.003@temporal</c>; views are raw, standardised and temporal.</param>
    /// <exception cref="OptionException">The kind, an option or the view is unknown, or a value cannot be read or is out of its
    /// range; the text says what is allowed. So with whatever <see cref="OptionText"/> refuses.</exception>
    public static ExpertSpec Parse(string text)
    {
        ExpertText said = ExpertText.Of(text);
        return said.Complete(said.Settings);
    }

    internal static string NameOf(ExpertView view) => view.ToString().ToLowerInvariant();

    internal static ExpertView ViewOf(string name, string text)
    {
        foreach (ExpertView view in Enum.GetValues<ExpertView>())
            if (NameOf(view) == name) return view;
        string[] names = [.. Enum.GetValues<ExpertView>().Select(NameOf)];
        throw new OptionException([$"expert '{text}': there is no view '{name}'.{NearestName.Hint(name, names)} Views: {string.Join(", ", names)}."]);
    }

    /// <summary>Of kinds that have no options.</summary>
    private sealed record Plain : OptionSet;
}
