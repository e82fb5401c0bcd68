using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Trees;

internal sealed partial class NodeTable
{
    /// <summary>Writes all nodes.</summary>
    public void Save(StateWriter writer)
    {
        writer.Write(Count);
        for (int i = 0; i < Count; i++)
        {
            ref Node node = ref _nodes[i];
            writer.Write((int)node.Kind);
            writer.Write(_statistics[i] is not null);
            if (_statistics[i] is { } active) active.Save(writer);
            else writer.Write(_weights[i]!);
            if (node.Kind == SplitTestKind.None) continue;
            writer.Write(node.Attribute);
            writer.Write(node.Operand);
            writer.Write(Children(i));
        }
    }

    /// <summary>Fills an empty table with what <see cref="Save"/> wrote.</summary>
    public void Load(StateReader reader, bool bayes)
    {
        int count = reader.ReadInt32(0, int.MaxValue, "number of nodes");
        for (int i = 0; i < count; i++)
        {
            if (i == _nodes.Length) Grow(2 * i);
            Count = i + 1;
            SplitTestKind kind = (SplitTestKind)reader.ReadInt32(0, (int)SplitTestKind.Multiway, "kind of test");
            bool active = reader.ReadBoolean();
            if (active && kind != SplitTestKind.None) throw new StateFormatException($"Node {i} is both a split node and an active leaf.");
            if (active) _statistics[i] = SufficientStatistics.Load(reader, _declaredClasses, bayes, _plan);
            else _weights[i] = reader.ReadArray<double>();
            if (kind == SplitTestKind.None)
            {
                if (active) ActiveCount++;
                else InactiveCount++;
            }
            else
            {
                LoadTest(reader, i, kind, count);
                DecisionCount++;
            }
            Remember(i);
        }
    }

    private void LoadTest(StateReader reader, int at, SplitTestKind kind, int count)
    {
        int attribute = reader.ReadInt32(0, _plan.IsNominal.Length - 1, "tested attribute");
        double operand = reader.ReadDouble();
        int[] children = reader.ReadArray<int>();
        bool multiway = kind == SplitTestKind.Multiway;
        if (!multiway && children.Length != 2) throw new StateFormatException($"Node {at} has {children.Length} branches; must have 2.");
        foreach (int child in children)
            if ((child <= at || child >= count) && !(multiway && child == Empty))
                throw new StateFormatException($"Node {at} has the child {child}; must be in ({at}, {count}).");
        _nodes[at] = new Node { Kind = kind, Attribute = attribute, Operand = operand };
        if (multiway) _branches[at] = children;
        else (_nodes[at].Left, _nodes[at].Right) = (children[0], children[1]);
    }
}
