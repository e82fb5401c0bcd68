using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Windows;

namespace StreamMoe.Experts.Trees;

internal sealed partial class HoeffdingAdaptiveTree
{
    /// <summary>What a leaf votes: class weights or naive Bayes, divided by (sum of votes · error) · error where that is positive.</summary>
    /// <param name="leaf">An active or inactive leaf.</param>
    /// <param name="features">The instance.</param>
    /// <param name="votes">Receives the votes unless it is empty.</param>
    /// <param name="toLearn">True when the instance was taken to be learned next, which needs naive Bayes' opinion.</param>
    private Opinion Test(AdaptiveNode leaf, ReadOnlySpan<double> features, Span<double> votes, bool toLearn)
    {
        ReadOnlySpan<double> given = leaf.ClassWeights;
        int bayesClass = -1;
        if (leaf.Statistics is { } active && _bayes)
        {
            bool byBayes = !_adaptive || !(active.MajorityCorrect > active.BayesCorrect);
            if (byBayes || toLearn)
            {
                if (!toLearn) _instance.Take(features, _plan);
                ReadOnlySpan<double> bayes = active.BayesVotes(_instance);
                if (_adaptive && toLearn) bayesClass = Votes.ArgMax(bayes);
                if (byBayes) given = bayes;
            }
        }
        double error = leaf.Errors?.Mean ?? 0;
        double scale = SufficientStatistics.Sum(given) * error * error;
        if (!(scale > 0)) scale = 1;
        if (!votes.IsEmpty) Give(given, votes, scale);
        return new Opinion(ArgMaxOfQuotients(given, scale), bayesClass);
    }

    /// <summary>Lets a leaf learn an instance.</summary>
    /// <returns>True when the leaf made way for a split node, or for a new leaf.</returns>
    private bool LearnAtLeaf(AdaptiveNode leaf, int parentDepth, ReadOnlySpan<double> features, int label, double weight, Opinion opinion)
    {
        weight *= Math.Max(1, s_poisson.Next(leaf.Random!));
        Adwin errors = leaf.Errors ??= new Adwin();
        errors.Add(opinion.Voted == label ? 0 : 1);
        if (leaf.Statistics is not { } active)
        {
            leaf.AddClassWeight(label, weight);
            return false;
        }
        if (_adaptive)
        {
            if (active.ClassCount > 0 && active.Majority == label) active.MajorityCorrect += weight;
            if (opinion.Bayes == label) active.BayesCorrect += weight;
        }
        bool grew = active.AddClassWeight(label, weight) | active.Observe(_instance, label, weight, _plan);
        if (active.Dropped is not null) _instance.Take(features, _plan); // learning has struck out the dropped ones
        if (grew)
        {
            _instance.Reserve(_plan, active.Classes);
            EnforceBudget();
        }
        if (leaf.Statistics is null || !_mayGrow) return false;
        double total = active.Total;
        if (total - active.LastAttempt < _options.GracePeriod) return false;
        bool replaced = AttemptSplit(active, parentDepth, features);
        active.LastAttempt = total;
        return replaced;
    }

    private bool AttemptSplit(SufficientStatistics leaf, int parentDepth, ReadOnlySpan<double> features)
    {
        if (HoeffdingTree.IsPure(leaf.ClassWeights)) return false;
        _evaluator.Evaluate(leaf);
        bool split = _evaluator.IsDecided(leaf.ClassCount, leaf.Total, out double bound);
        if (_options.RemovePoorAttributes && !_bayes && _evaluator.CandidateCount > 1) _evaluator.DropPoor(leaf, bound);
        if (!split) return false;
        SplitTest test = _evaluator.Best.Test;
        if (test.Kind == SplitTestKind.None)
        {
            Replace(parentDepth, features, NewLeaf(leaf.ClassWeights)); // "do not split" leaves a leaf that starts afresh
            return true;
        }
        double[][] parts = _evaluator.Parts(leaf, test);
        if (!HasRoomFor(parts)) return false;
        AdaptiveNode node = new(test, leaf.ClassWeights.ToArray(), [.. parts.Select(part => NewLeaf(part))]);
        Replace(parentDepth, features, node);
        return true;
    }

    private AdaptiveNode NewLeaf(ReadOnlySpan<double> inherited) => new(NewStatistics(inherited));

    private SufficientStatistics NewStatistics(ReadOnlySpan<double> inherited)
    {
        SufficientStatistics statistics = new(inherited, _declaredClasses, _bayes);
        _instance.Reserve(_plan, statistics.Classes);
        return statistics;
    }

    // Puts a node on the branch on which the instance leaves a node of the path; parent −1 is above the root.
    private void Replace(int parentDepth, ReadOnlySpan<double> features, AdaptiveNode node)
    {
        if (parentDepth < 0) _root = node;
        else _path[parentDepth].Children[_path[parentDepth].Branch(features)] = node;
        EnforceBudget();
    }

    private static int ArgMaxOfQuotients(ReadOnlySpan<double> votes, double divisor)
    {
        if (votes.IsEmpty) return 0;
        int best = 0;
        double most = votes[0] / divisor;
        for (int c = 1; c < votes.Length; c++)
        {
            double vote = votes[c] / divisor;
            if (!(vote > most)) continue;
            most = vote;
            best = c;
        }
        return best;
    }

    private static void Give(ReadOnlySpan<double> from, Span<double> votes, double divisor = 1)
    {
        if (from.Length > votes.Length)
            throw new ArgumentException($"The vote buffer has length {votes.Length}; must be at least {from.Length}, 1 + the largest class learned.", nameof(votes));
        for (int c = 0; c < from.Length; c++) votes[c] = from[c] / divisor;
    }
}
