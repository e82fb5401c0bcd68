using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Trees;

/// <summary>What a leaf that may split knows: the weight of every class, and one observer an attribute.</summary>
/// <remarks>
/// Class weights are a growing vector: its length is 1 + the highest class that was ever added to. Observers exist from the
/// first instance on; which attributes they observe is settled then, so that a random subspace is drawn only by leaves that learn.
/// </remarks>
internal sealed class SufficientStatistics
{
    private const long OwnBytes = 160;
    private readonly bool _bayes;
    private double[] _weights;
    private int _majority;

    /// <summary>Makes statistics that have seen no instance.</summary>
    /// <param name="inherited">Initial class weights, kept in length; empty for a new root or branch.</param>
    /// <param name="declaredClasses">Classes that get room from the beginning, ≥ 1.</param>
    /// <param name="bayes">Whether naive-Bayes votes will be asked for.</param>
    public SufficientStatistics(ReadOnlySpan<double> inherited, int declaredClasses, bool bayes)
    {
        _bayes = bayes;
        Classes = Math.Max(declaredClasses, inherited.Length);
        _weights = new double[Room(Classes)];
        inherited.CopyTo(_weights);
        ClassCount = inherited.Length;
        _majority = Votes.ArgMax(inherited);
        Total = LastAttempt = Sum(inherited);
    }

    /// <value>Classes that have room: those declared, or those seen when they are more.</value>
    public int Classes { get; private set; }

    /// <value>Length of the class weights: 1 + the highest class ever added to, inherited ones included.</value>
    public int ClassCount { get; private set; }

    /// <value>Weight of every class, in class order.</value>
    public ReadOnlySpan<double> ClassWeights => _weights.AsSpan(0, ClassCount);

    /// <value>Sum of the class weights, from class 0 upward.</value>
    public double Total { get; private set; }

    /// <value>The first class with the largest weight; 0 when there is none.</value>
    public int Majority => _majority;

    /// <value><see cref="Total"/> at the last split attempt, or at the beginning.</value>
    public double LastAttempt { get; set; }

    /// <value>Weight of the instances whose class the majority class foretold.</value>
    public double MajorityCorrect { get; set; }

    /// <value>Weight of the instances whose class naive Bayes foretold.</value>
    public double BayesCorrect { get; set; }

    /// <value>The observed attributes; null before the first instance.</value>
    public AttributePlan? Plan { get; private set; }

    /// <value>Observers of the numeric attributes; null before the first instance or when there are none.</value>
    public GaussianObservers? Numeric { get; private set; }

    /// <value>Observers of the nominal attributes; null before the first instance or when there are none.</value>
    public NominalObservers? Nominal { get; private set; }

    /// <value>An entry an observed attribute: true when it was dropped as poor. Null when none was.</value>
    public bool[]? Dropped { get; private set; }

    /// <summary>The number of classes rounded up to a multiple of four.</summary>
    public static int Room(int classes) => (classes + 3) & ~3;

    /// <summary>Sum from index 0 upward.</summary>
    public static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values) sum += value;
        return sum;
    }

    /// <summary>Bytes of these statistics; before the first instance, those that it will cost with the given plan.</summary>
    public long Bytes(AttributePlan planned)
        => Nominal is null ? NewBytes(Plan ?? planned, Classes, _bayes)
            : OwnBytes + 8L * Room(Classes) + GaussianObservers.Bytes(Plan!.Numeric.Length, Classes, _bayes) + Nominal.Bytes();

    /// <summary>Bytes of statistics that have learned one instance within the declared values.</summary>
    public static long NewBytes(AttributePlan plan, int classes, bool bayes)
    {
        long rows = 0;
        foreach (int attribute in plan.Nominal) rows += NominalObservers.InitialRows(plan.DeclaredValues[attribute]);
        return OwnBytes + 8L * Room(classes) + GaussianObservers.Bytes(plan.Numeric.Length, classes, bayes)
            + NominalObservers.Bytes(plan.Nominal.Length, rows, classes, bayes);
    }

    /// <summary>Adds to the weight of a class.</summary>
    /// <returns>True when room had to be made.</returns>
    public bool AddClassWeight(int label, double weight)
    {
        bool grows = label >= Classes;
        if (grows) Widen(label + 1);
        if (label >= ClassCount) ClassCount = label + 1;
        double own = _weights[label] += weight, most = _weights[_majority];
        // All at once, for which class comes cannot be foreseen, while a new majority is rare.
        if (own > most | (own == most & label < _majority)) _majority = label;
        Total = Sum(ClassWeights);
        return grows;
    }

    /// <summary>Lets every observer take an instance; its weight must have been added to the class before.</summary>
    /// <param name="instance">The instance, taken in the order of the plan.</param>
    /// <param name="label">Class index.</param>
    /// <param name="weight">Weight &gt; 0.</param>
    /// <param name="plan">The attributes to observe, the same at every call.</param>
    /// <returns>True when room had to be made.</returns>
    public bool Observe(InstanceScratch instance, int label, double weight, AttributePlan plan)
    {
        if (Plan is null) MakeObservers(plan);
        if (Dropped is not null) ForgetDropped(instance);
        Numeric?.Learn(instance.Numeric, label, weight);
        return Nominal is not null && Nominal.Learn(instance.Nominal, label, weight);
    }

    /// <summary>Votes by naive Bayes: prior times the product of P(value | class) in attribute order.</summary>
    /// <param name="instance">The instance, taken in the order of the plan, with room for all classes.</param>
    /// <returns>A vote a class of <see cref="ClassCount"/>, in the scratch.</returns>
    public ReadOnlySpan<double> BayesVotes(InstanceScratch instance)
    {
        Span<double> votes = instance.Votes.AsSpan(0, ClassCount);
        WritePriors(instance.Votes);
        if (Plan is null) return votes;
        if (Numeric is not null) Numeric.Densities(instance.Numeric, ClassCount, instance.Densities);
        if (Nominal is null)
        {
            if (Numeric is not null) Products.Multiply(votes, instance.Densities, GaussianObservers.Padded(Plan.Numeric.Length), Plan.Numeric.Length);
        }
        else if (Numeric is null && Nominal.HasQuotients && Nominal.TryFindRows(instance.Nominal, instance.Rows))
        {
            Nominal.MultiplyByQuotients(instance.Rows, votes);
        }
        else
        {
            MultiplyOneByOne(instance, votes);
        }
        return votes;
    }

    /// <summary>Stops observing an attribute.</summary>
    /// <param name="position">Its place in the plan.</param>
    public void Drop(int position) => (Dropped ??= new bool[Plan!.Attributes.Length])[position] = true;

    /// <summary>Writes everything.</summary>
    public void Save(StateWriter writer)
    {
        writer.Write(ClassWeights);
        writer.Write(Classes);
        writer.Write(LastAttempt);
        writer.Write(MajorityCorrect);
        writer.Write(BayesCorrect);
        writer.Write(Plan is not null);
        if (Plan is null) return;
        writer.Write(Plan.Attributes);
        writer.Write(Dropped is not null);
        if (Dropped is not null) writer.Write<bool>(Dropped);
        Numeric?.Save(writer);
        Nominal?.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static SufficientStatistics Load(StateReader reader, int declaredClasses, bool bayes, AttributePlan all)
    {
        double[] weights = reader.ReadArray<double>();
        if (weights.Length > AttributePlan.LargestIndex + 1)
            throw new StateFormatException($"A leaf has {weights.Length} classes; must be at most {AttributePlan.LargestIndex + 1}.");
        SufficientStatistics statistics = new(weights, declaredClasses, bayes);
        reader.ReadInt32(statistics.Classes, statistics.Classes, "room for classes");
        statistics.LastAttempt = reader.ReadDouble();
        statistics.MajorityCorrect = reader.ReadDouble();
        statistics.BayesCorrect = reader.ReadDouble();
        if (reader.ReadBoolean()) statistics.LoadObservers(reader, AttributePlan.LoadObserved(reader, all));
        return statistics;
    }

    private void LoadObservers(StateReader reader, AttributePlan plan)
    {
        Plan = plan;
        if (reader.ReadBoolean()) reader.ReadInto<bool>(Dropped = new bool[plan.Attributes.Length], "dropped attributes");
        if (plan.Numeric.Length > 0) Numeric = GaussianObservers.Load(reader, plan.Numeric.Length, Classes, _bayes);
        if (plan.Nominal.Length > 0) Nominal = NominalObservers.Load(reader, plan.Nominal.Length, Classes, _bayes);
    }

    private void WritePriors(double[] votes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(votes.Length, _weights.Length);
        ref double from = ref MemoryMarshal.GetArrayDataReference(_weights), to = ref MemoryMarshal.GetArrayDataReference(votes);
        Vector256<double> total = Vector256.Create(Total);
        for (nuint c = 0; c < (nuint)_weights.Length; c += 4) (Vector256.LoadUnsafe(ref from, c) / total).StoreUnsafe(ref to, c);
    }

    // Mixed attributes, few classes, or a value that was never seen.
    private void MultiplyOneByOne(InstanceScratch instance, Span<double> votes)
    {
        int[] slots = Plan!.Slots;
        int padded = GaussianObservers.Padded(Plan.Numeric.Length);
        foreach (int slot in slots)
        {
            if (slot >= 0)
            {
                ReadOnlySpan<double> densities = instance.Densities.AsSpan(slot);
                for (int c = 0; c < votes.Length; c++) votes[c] *= densities[c * padded];
            }
            else if (instance.Nominal[~slot] != InstanceScratch.Missing)
            {
                Nominal!.Multiply(~slot, instance.Nominal[~slot], votes);
            }
        }
    }

    // A dropped attribute learns as a missing value does: not at all.
    private void ForgetDropped(InstanceScratch instance)
    {
        for (int i = 0; i < Dropped!.Length; i++)
        {
            int slot = Plan!.Slots[i];
            if (!Dropped[i]) continue;
            if (slot >= 0) instance.Numeric[slot] = double.NaN;
            else instance.Nominal[~slot] = InstanceScratch.Missing;
        }
    }

    private void MakeObservers(AttributePlan plan)
    {
        Plan = plan;
        if (plan.Numeric.Length > 0) Numeric = new GaussianObservers(plan.Numeric.Length, Classes, _bayes);
        if (plan.Nominal.Length == 0) return;
        int[] rows = new int[plan.Nominal.Length];
        for (int slot = 0; slot < rows.Length; slot++) rows[slot] = NominalObservers.InitialRows(plan.DeclaredValues[plan.Nominal[slot]]);
        Nominal = new NominalObservers(rows, Classes, _bayes);
    }

    private void Widen(int classes)
    {
        Classes = classes;
        Array.Resize(ref _weights, Room(classes));
        Numeric?.Widen(classes);
        Nominal?.Widen(classes);
    }
}
