using StreamMoe.Experts.Trees;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Tests.Trees;

/// <summary>The Hoeffding tree as plainly as its definition allows: an object a node and an observer, lists, no caches, no byte budget.</summary>
internal sealed class ReferenceTree(Schema schema, HoeffdingTreeOptions options)
{
    private Node? _root;
    private bool _mayGrow = true;

    public int Splits { get; private set; }

    public List<double> Predict(double[] x)
    {
        if (_root is null) return [.. new double[schema.ClassCount]];
        (Node end, _, _) = Route(x);
        if (!end.IsActive) return end.D;
        return options.LeafPrediction switch
        {
            LeafPrediction.MajorityClass => end.D,
            LeafPrediction.NaiveBayes => end.D.Sum() >= options.NaiveBayesThreshold ? end.Bayes(x) : end.D,
            _ => end.MajorityCorrect > end.BayesCorrect ? end.D : end.Bayes(x),
        };
    }

    public void Train(double[] x, int y, double w)
    {
        if (w <= 0) return;
        _root ??= new Node([]);
        (Node leaf, Node? parent, int branch) = Route(x);
        if (leaf.Test.Kind != SplitTestKind.None)
        {
            if (branch < 0) return;
            parent = leaf;
            while (parent.Children.Count <= branch) parent.Children.Add(null);
            parent.Children[branch] = leaf = new Node([]);
        }
        if (!leaf.IsActive)
        {
            Add(leaf.D, y, w);
            return;
        }
        if (options.LeafPrediction == LeafPrediction.NaiveBayesAdaptive)
        {
            if (leaf.D.Count > 0 && First(leaf.D) == y) leaf.MajorityCorrect += w;
            if (First(leaf.Bayes(x)) == y) leaf.BayesCorrect += w;
        }
        Add(leaf.D, y, w);
        leaf.Observers ??= [.. schema.Attributes.Select(a => a.IsNominal ? (Observer)new NominalObserver() : new NumericObserver())];
        for (int a = 0; a < x.Length; a++)
            if (!double.IsNaN(x[a]) && !leaf.Observers[a].Dead) leaf.Observers[a].Learn(x[a], y, w);
        double total = leaf.D.Sum();
        if (!_mayGrow || total - leaf.Last < options.GracePeriod) return;
        Attempt(leaf);
        leaf.Last = total;
    }

    private (Node End, Node? Parent, int Branch) Route(double[] x)
    {
        Node at = _root!;
        Node? parent = null;
        int branch = -1;
        while (at.Test.Kind != SplitTestKind.None)
        {
            double v = x[at.Test.Attribute];
            if (double.IsNaN(v)) return (at, parent, -1);
            branch = at.Test.Kind switch
            {
                SplitTestKind.Threshold => v <= at.Test.Operand ? 0 : 1,
                SplitTestKind.OneVersusRest => (int)v == (int)at.Test.Operand ? 0 : 1,
                _ => (int)v,
            };
            if (branch >= at.Children.Count || at.Children[branch] is not { } child) return (at, parent, branch);
            (parent, at) = (at, child);
        }
        return (at, parent, branch);
    }

    private void Attempt(Node leaf)
    {
        if (leaf.D.Count(d => d != 0) < 2) return;
        List<(double Merit, SplitTest Test, List<List<double>> Parts)> candidates = [];
        if (!options.NoPrePrune) candidates.Add((Merit(leaf.D, [leaf.D]), SplitTest.None, []));
        for (int a = 0; a < leaf.Observers!.Count; a++)
        {
            (double Merit, SplitTest Test, List<List<double>> Parts)? best = null;
            if (leaf.Observers[a].Dead) continue;
            foreach ((SplitTest test, List<List<double>> parts) in leaf.Observers[a].Candidates(a, options))
            {
                double merit = Merit(leaf.D, parts);
                if (best is null || merit > best.Value.Merit) best = (merit, test, parts);
            }
            if (best is not null) candidates.Add(best.Value);
        }
        if (candidates.Count == 0) return;
        // OrderBy is stable.
        List<(double Merit, SplitTest Test, List<List<double>> Parts)> sorted = [.. candidates.OrderBy(c => c.Merit, Comparer<double>.Create(Compare))];
        bool split = sorted.Count == 1;
        if (!split)
        {
            double range = options.SplitCriterion == SplitCriterion.Gini ? 1 : Log2(Math.Max(2, leaf.D.Count));
            double bound = Math.Sqrt(range * range * Math.Log(1 / options.SplitConfidence) / (2 * leaf.D.Sum()));
            split = sorted[^1].Merit - sorted[^2].Merit > bound || bound < options.TieThreshold;
            if (options.RemovePoorAttributes && options.LeafPrediction == LeafPrediction.MajorityClass)
                foreach ((double merit, SplitTest test, _) in sorted)
                    if (test.Kind != SplitTestKind.None && sorted[^1].Merit - merit > bound) leaf.Observers[test.Attribute].Dead = true;
        }
        if (split) Split(leaf, sorted[^1].Test, sorted[^1].Parts);
    }

    private void Split(Node leaf, SplitTest test, List<List<double>> parts)
    {
        Splits++;
        if (test.Kind == SplitTestKind.None)
        {
            if (options.StopMemoryManagement) (_mayGrow, leaf.IsActive) = (false, false);
            else (leaf.Observers, leaf.MajorityCorrect, leaf.BayesCorrect) = (null, 0, 0);
            return;
        }
        (leaf.Test, leaf.IsActive, leaf.Observers) = (test, false, null);
        leaf.Children = [.. parts.Select(p => new Node([.. p]))];
    }

    private double Merit(List<double> before, List<List<double>> parts)
    {
        double total = 0;
        foreach (List<double> part in parts) total += part.Sum();
        double after = 0;
        if (options.SplitCriterion == SplitCriterion.Gini)
        {
            foreach (List<double> part in parts)
            {
                double impurity = 1;
                foreach (double d in part) impurity -= d / part.Sum() * (d / part.Sum());
                after += part.Sum() / total * impurity;
            }
            return 1 - after;
        }
        if (parts.Count(p => p.Sum() / total > options.MinBranchFraction) < 2) return double.NegativeInfinity;
        foreach (List<double> part in parts) after += part.Sum() * Entropy(part);
        return Entropy(before) - after / total;
    }

    private static double Entropy(List<double> d)
    {
        double entropy = 0, sum = 0;
        foreach (double v in d.Where(v => v > 0))
        {
            entropy -= v * Log2(v);
            sum += v;
        }
        return sum > 0 ? (entropy + sum * Log2(sum)) / sum : 0;
    }

    private static double Log2(double a) => Math.Log(a) / Math.Log(2);

    private static int First(List<double> v) => Votes.ArgMax(v.ToArray());

    private static int Compare(double a, double b)
    {
        if (double.IsNaN(a) || double.IsNaN(b)) return double.IsNaN(a).CompareTo(double.IsNaN(b));
        return a != b ? a.CompareTo(b) : double.IsNegative(b).CompareTo(double.IsNegative(a));
    }

    private static void Add(List<double> v, int at, double w)
    {
        while (v.Count <= at) v.Add(0);
        v[at] += w;
    }

    private sealed class Node(List<double> inherited)
    {
        public List<double> D { get; } = inherited;
        public double Last { get; set; } = inherited.Sum();
        public bool IsActive { get; set; } = true;
        public double MajorityCorrect { get; set; }
        public double BayesCorrect { get; set; }
        public List<Observer>? Observers { get; set; }
        public SplitTest Test { get; set; } = SplitTest.None;
        public List<Node?> Children { get; set; } = [];

        public List<double> Bayes(double[] x)
        {
            List<double> votes = [.. D.Select(d => d / D.Sum())];
            for (int c = 0; c < votes.Count; c++)
                for (int a = 0; Observers is not null && a < x.Length; a++)
                    if (!double.IsNaN(x[a])) votes[c] *= Observers[a].Probability(x[a], c);
            return votes;
        }
    }

    private abstract class Observer
    {
        public bool Dead { get; set; }

        public abstract void Learn(double v, int y, double w);

        public abstract double Probability(double v, int y);

        public abstract IEnumerable<(SplitTest Test, List<List<double>> Parts)> Candidates(int attribute, HoeffdingTreeOptions options);
    }

    private sealed class NumericObserver : Observer
    {
        private readonly SortedDictionary<int, Estimator> _classes = [];

        public override void Learn(double v, int y, double w)
        {
            if (!_classes.TryGetValue(y, out Estimator? e)) _classes.Add(y, e = new Estimator { Low = v, High = v });
            e.Low = Math.Min(e.Low, v);
            e.High = Math.Max(e.High, v);
            if (double.IsInfinity(v)) return;
            if (e.N == 0)
            {
                (e.N, e.Mean) = (w, v);
                return;
            }
            e.N += w;
            double old = e.Mean;
            e.Mean += w * (v - old) / e.N;
            e.S += w * (v - old) * (v - e.Mean);
        }

        public override double Probability(double v, int y) => _classes.TryGetValue(y, out Estimator? e) ? e.Density(v) : 0;

        public override IEnumerable<(SplitTest Test, List<List<double>> Parts)> Candidates(int attribute, HoeffdingTreeOptions options)
        {
            if (_classes.Count == 0) yield break;
            double low = _classes.Values.Min(e => e.Low), high = _classes.Values.Max(e => e.High);
            SortedSet<double> points = [];
            for (int i = 1; i <= options.NumericSplitPoints; i++)
            {
                double t = (high - low) / (options.NumericSplitPoints + 1) * i + low;
                if (t > low && t < high) points.Add(t);
            }
            foreach (double t in points)
            {
                List<double> left = [], right = [];
                foreach ((int c, Estimator e) in _classes)
                {
                    if (t < e.Low)
                    {
                        Add(right, c, e.N);
                        continue;
                    }
                    if (t >= e.High)
                    {
                        Add(left, c, e.N);
                        continue;
                    }
                    double equal = e.Density(t) * e.N;
                    double less = e.Deviation > 0 ? Experts.Numerics.NormalDistribution.Cumulative((t - e.Mean) / e.Deviation) * e.N - equal : t < e.Mean ? e.N - equal : 0;
                    double greater = e.N - equal - less;
                    Add(left, c, less + equal);
                    Add(right, c, greater < 0 ? 0 : greater);
                }
                yield return (new SplitTest(SplitTestKind.Threshold, attribute, t), [left, right]);
            }
        }

        private sealed class Estimator
        {
            public double N { get; set; }
            public double Mean { get; set; }
            public double S { get; set; }
            public double Low { get; set; }
            public double High { get; set; }
            public double Deviation => Math.Sqrt(N > 1 ? S / (N - 1) : 0);

            public double Density(double v)
            {
                if (N <= 0) return 0;
                if (!(Deviation > 0)) return v == Mean ? 1 : 0;
                double d = v - Mean;
                return 1 / (Math.Sqrt(2 * Math.PI) * Deviation) * Math.Exp(-(d * d / (2 * Deviation * Deviation)));
            }
        }
    }

    private sealed class NominalObserver : Observer
    {
        private readonly SortedDictionary<int, List<double>> _classes = [];

        public override void Learn(double v, int y, double w)
        {
            if (!_classes.TryGetValue(y, out List<double>? counts)) _classes.Add(y, counts = []);
            Add(counts, (int)v, w);
        }

        public override double Probability(double v, int y)
        {
            if (!_classes.TryGetValue(y, out List<double>? counts)) return 0;
            return ((v < counts.Count ? counts[(int)v] : 0) + 1) / (counts.Sum() + counts.Count);
        }

        public override IEnumerable<(SplitTest Test, List<List<double>> Parts)> Candidates(int attribute, HoeffdingTreeOptions options)
        {
            int values = _classes.Count == 0 ? 0 : _classes.Values.Max(v => v.Count);
            if (!options.BinarySplits) yield return (new SplitTest(SplitTestKind.Multiway, attribute, 0), Parts(values, v => v));
            for (int k = 0; k < values; k++) yield return (new SplitTest(SplitTestKind.OneVersusRest, attribute, k), Parts(2, v => v == k ? 0 : 1));
        }

        private List<List<double>> Parts(int count, Func<int, int> branch)
        {
            List<List<double>> parts = [.. Enumerable.Range(0, count).Select(_ => new List<double>())];
            foreach ((int c, List<double> counts) in _classes)
                for (int v = 0; v < counts.Count; v++) Add(parts[branch(v)], c, counts[v]);
            return parts;
        }
    }
}
