using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Windows;
using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Trees;

internal sealed partial class HoeffdingAdaptiveTree
{
    private const string StateMark = "hoeffding-adaptive-tree";

    /// <summary>Where a node that is being read belongs.</summary>
    private readonly record struct Place(AdaptiveNode? Parent, int Branch, bool IsAlternate);

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark(StateMark);
        writer.Write(_declaredClasses);
        _plan.Save(writer);
        writer.Write(_mayGrow);
        writer.Write(_root is not null);
        Queue<AdaptiveNode> waiting = new();
        if (_root is not null) waiting.Enqueue(_root);
        while (waiting.TryDequeue(out AdaptiveNode? node))
        {
            SaveNode(writer, node);
            foreach (AdaptiveNode? child in node.Children)
                if (child is not null) waiting.Enqueue(child);
            if (node.Alternate is { } alternate) waiting.Enqueue(alternate);
        }
        writer.Mark("end of " + StateMark);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark(StateMark);
        int classes = reader.ReadInt32(1, AttributePlan.LargestIndex + 1, "declared classes");
        AttributePlan plan = AttributePlan.Load(reader, _plan);
        bool mayGrow = reader.ReadBoolean();
        AdaptiveNode? root = null;
        Queue<Place> waiting = new();
        if (reader.ReadBoolean()) waiting.Enqueue(new Place(null, 0, false));
        while (waiting.TryDequeue(out Place place))
        {
            AdaptiveNode node = LoadNode(reader, plan, classes, waiting);
            if (place.IsAlternate && node.IsSplit) throw new StateFormatException("An alternate is a split node; must be a leaf.");
            if (node.Statistics is { } active) _instance.Reserve(plan, active.Classes);
            if (place.Parent is null) root = node;
            else if (place.IsAlternate) place.Parent.Alternate = node;
            else place.Parent.Children[place.Branch] = node;
        }
        reader.Mark("end of " + StateMark);
        (_declaredClasses, _plan, _mayGrow, _root) = (classes, plan, mayGrow, root);
        _instance.Reserve(plan, classes);
    }

    private static void SaveNode(StateWriter writer, AdaptiveNode node)
    {
        writer.Write((int)node.Test.Kind);
        writer.Write(node.Errors is not null);
        node.Errors?.Persist(writer);
        if (!node.IsSplit)
        {
            writer.Write(node.Random!.State);
            writer.Write(node.Statistics is not null);
            if (node.Statistics is { } active) active.Save(writer);
            else writer.Write(node.ClassWeights);
            return;
        }
        writer.Write(node.ClassWeights);
        writer.Write(node.Test.Attribute);
        writer.Write(node.Test.Operand);
        writer.Write(node.Children.Length);
        foreach (AdaptiveNode? child in node.Children) writer.Write(child is not null);
        writer.Write(node.Alternate is not null);
    }

    private AdaptiveNode LoadNode(StateReader reader, AttributePlan plan, int classes, Queue<Place> waiting)
    {
        SplitTestKind kind = (SplitTestKind)reader.ReadInt32(0, (int)SplitTestKind.Multiway, "kind of test");
        Adwin? errors = null;
        if (reader.ReadBoolean()) (errors = new Adwin()).Persist(reader);
        if (kind == SplitTestKind.None)
        {
            long random = reader.ReadInt64();
            AdaptiveNode leaf = reader.ReadBoolean()
                ? new AdaptiveNode(SufficientStatistics.Load(reader, classes, _bayes, plan))
                : new AdaptiveNode(SplitTest.None, reader.ReadArray<double>(), []);
            leaf.Random!.State = random;
            leaf.Errors = errors;
            return leaf;
        }
        double[] weights = reader.ReadArray<double>();
        SplitTest test = new(kind, reader.ReadInt32(0, plan.IsNominal.Length - 1, "tested attribute"), reader.ReadDouble());
        bool multiway = kind == SplitTestKind.Multiway;
        int branches = reader.ReadInt32(multiway ? 0 : 2, multiway ? AttributePlan.LargestIndex + 1 : 2, "number of branches");
        AdaptiveNode node = new(test, weights, new AdaptiveNode?[branches]) { Errors = errors };
        for (int branch = 0; branch < branches; branch++)
            if (reader.ReadBoolean()) waiting.Enqueue(new Place(node, branch, false));
        if (reader.ReadBoolean()) waiting.Enqueue(new Place(node, 0, true));
        return node;
    }
}
