using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Trees;

public sealed partial class HoeffdingTree
{
    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark("hoeffding-tree");
        writer.Write(_declaredClasses);
        writer.Write(_plan.DeclaredValues);
        writer.Write<bool>(_plan.IsNominal);
        writer.Write(_mayGrow);
        writer.Write(_trainedWeight);
        _nodes.Save(writer);
        writer.Mark("end of hoeffding-tree");
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("hoeffding-tree");
        int classes = reader.ReadInt32(1, SufficientStatistics.LargestIndex + 1, "declared classes");
        int[] declared = new int[_plan.DeclaredValues.Length];
        reader.ReadInto<int>(declared, "declared values");
        bool[] nominal = new bool[declared.Length];
        reader.ReadInto<bool>(nominal, "kinds of attributes");
        if (!nominal.AsSpan().SequenceEqual(_plan.IsNominal)) throw new StateFormatException("The state's attributes are numeric and nominal in another order than this tree's.");
        foreach (int count in declared)
            if (count < 0) throw new StateFormatException($"A nominal attribute has {count} declared values; must be at least 0.");
        AttributePlan plan = declared.AsSpan().SequenceEqual(_plan.DeclaredValues) ? _plan : _plan.WithDeclaredValues(declared);
        bool mayGrow = reader.ReadBoolean();
        double trained = reader.ReadDouble();
        NodeTable nodes = new(plan, classes);
        nodes.Load(reader, _bayes);
        reader.Mark("end of hoeffding-tree");
        (_declaredClasses, _plan, _mayGrow, _trainedWeight, _nodes) = (classes, plan, mayGrow, trained, nodes);
        _nextEstimate = NextEstimate();
        for (int node = 0; node < nodes.Count; node++)
            if (nodes.Statistics(node) is { } leaf) MakeScratch(leaf.Stride);
    }
}
