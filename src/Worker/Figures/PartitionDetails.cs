using System.Text;
using StreamMoe.DriftMoe;

namespace StreamMoe.Worker.Figures;

/// <summary>What of a partition costs an allocation to look at; made a few times a second at most, and never changed.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Recalls">Recall over the window of the first classes of the schema that came in it; the names differ.</param>
/// <param name="Attributes">Names of the first attributes of the schema; they differ.</param>
internal sealed record PartitionDetails(PoolSnapshot Pool, IReadOnlyList<KeyValuePair<string, double>> Recalls, IReadOnlyList<string> Attributes)
{
    /// <summary>Attributes that are told apart: 50.</summary>
    public const int MostAttributes = 50;

    /// <summary>Classes whose recall is told: 20.</summary>
    public const int MostClasses = 20;

    private const int MostNameLength = 100;

    /// <value>Of a partition without a learner.</value>
    public static PartitionDetails None { get; } = new(PoolSnapshot.Empty, [], []);

    /// <summary>Recalls by class, under names that are short and differ, whatever events call their labels.</summary>
    /// <param name="names">The names of the classes, by index.</param>
    /// <param name="recallOf">Recall of a class; null when it did not come.</param>
    public static IReadOnlyList<KeyValuePair<string, double>> RecallsOf(IReadOnlyList<string> names, Func<int, double?> recallOf)
    {
        List<KeyValuePair<string, double>> recalls = [];
        IReadOnlyList<string> labels = NamesOf(names, MostClasses);
        for (int c = 0; c < labels.Count; c++)
            if (recallOf(c) is { } recall) recalls.Add(new(labels[c], recall));
        return recalls;
    }

    /// <summary>The first of some names, made short and different, whatever events call their labels and features.</summary>
    public static IReadOnlyList<string> NamesOf(IReadOnlyList<string> names, int most)
    {
        HashSet<string> taken = [];
        string[] labels = new string[Math.Min(names.Count, most)];
        for (int i = 0; i < labels.Length; i++)
        {
            string label = names[i];
            if (label.Length is 0 or > MostNameLength || label.EnumerateRunes().Contains(Rune.ReplacementChar))
                label = string.Concat(label.EnumerateRunes().Take(MostNameLength)) + "#" + i;
            while (!taken.Add(label)) label += "#" + i;
            labels[i] = label;
        }
        return labels;
    }
}
