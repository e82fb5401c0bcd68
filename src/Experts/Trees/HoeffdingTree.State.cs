using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Trees;

internal sealed partial class HoeffdingTree
{
    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark("hoeffding-tree");
        writer.Write(_declaredClasses);
        _plan.Save(writer);
        writer.Write(_mayGrow);
        writer.Write(_trainedWeight);
        _nodes.Save(writer);
        writer.Mark("end of hoeffding-tree");
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("hoeffding-tree");
        int classes = reader.ReadInt32(1, AttributePlan.LargestIndex + 1, "declared classes");
        AttributePlan plan = AttributePlan.Load(reader, _plan);
        bool mayGrow = reader.ReadBoolean();
        double trained = reader.ReadDouble();
        NodeTable nodes = new(plan, classes);
        nodes.Load(reader, _bayes);
        reader.Mark("end of hoeffding-tree");
        (_declaredClasses, _plan, _mayGrow, _trainedWeight, _nodes) = (classes, plan, mayGrow, trained, nodes);
        _nextEstimate = NextEstimate();
        _instance.Reserve(plan, classes);
        for (int node = 0; node < nodes.Count; node++)
            if (nodes.Statistics(node) is { } leaf) _instance.Reserve(plan, leaf.Classes);
    }
}
