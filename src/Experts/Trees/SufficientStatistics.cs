using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Trees;

/// <summary>What a leaf that may split knows: the weight of every class, and one observer an attribute.</summary>
/// <remarks>
/// Class weights are a growing vector: its length is 1 + the highest class that was ever added to. Room is kept for
/// <see cref="StrideFor"/> classes. Observers exist from the first instance on. Their plan is drawn then, so a random
/// subspace costs nothing before.
/// </remarks>
internal sealed class SufficientStatistics
{
    private readonly bool _bayes;
    private double[] _weights;
    private GaussianObservers? _numeric;
    private NominalObservers? _nominal;

    /// <summary>Makes statistics that have seen no instance.</summary>
    /// <param name="inherited">Initial class weights, kept in length; empty for a new root or branch.</param>
    /// <param name="declaredClasses">Classes that get room from the beginning.</param>
    /// <param name="bayes">Whether naive-Bayes votes will be asked for.</param>
    public SufficientStatistics(ReadOnlySpan<double> inherited, int declaredClasses, bool bayes)
    {
        _bayes = bayes;
        Stride = StrideFor(Math.Max(declaredClasses, inherited.Length));
        _weights = new double[Stride];
        inherited.CopyTo(_weights);
        ClassCount = inherited.Length;
        Total = LastAttempt = Sum(inherited);
    }

    /// <value>Classes that have room: 2, 4 or a multiple of 8.</value>
    public int Stride { get; private set; }

    /// <value>Length of the class weights: 1 + the highest class ever added to, inherited ones included.</value>
    public int ClassCount { get; private set; }

    /// <value>Weight of every class, in class order.</value>
    public ReadOnlySpan<double> ClassWeights => _weights.AsSpan(0, ClassCount);

    /// <value>Sum of the class weights, from class 0 upward.</value>
    public double Total { get; private set; }

    /// <value><see cref="Total"/> at the last split attempt, or at the beginning.</value>
    public double LastAttempt { get; set; }

    /// <value>Weight of the instances whose class the majority class foretold.</value>
    public double MajorityCorrect { get; set; }

    /// <value>Weight of the instances whose class naive Bayes foretold.</value>
    public double BayesCorrect { get; set; }

    /// <value>The observed attributes; null before the first instance.</value>
    public AttributePlan? Plan { get; private set; }

    /// <value>Observers of the numeric attributes; null before the first instance or when there are none.</value>
    public GaussianObservers? Numeric => _numeric;

    /// <value>Observers of the nominal attributes; null before the first instance or when there are none.</value>
    public NominalObservers? Nominal => _nominal;

    /// <value>An entry an observed attribute: true when it was dropped as poor. Null when none was.</value>
    public bool[]? Dropped { get; private set; }

    /// <summary>Room for so many classes: 2, 4 or the next multiple of 8.</summary>
    public static int StrideFor(int classes) => classes <= 2 ? 2 : classes <= 4 ? 4 : (classes + 7) & ~7;

    /// <summary>Length of the scratch that <see cref="BayesVotes"/> needs.</summary>
    public static int ScratchLength(AttributePlan plan, int stride) => 2 * GaussianObservers.TermCount(plan.Numeric.Length, stride);

    /// <summary>Sum from index 0 upward.</summary>
    public static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values) sum += value;
        return sum;
    }

    /// <summary>Bytes of these statistics; before the first instance, those that it will cost with the given plan.</summary>
    /// <remarks>160 + 8·stride + numeric: 160 + 40·attributes·stride (+ 24 bytes a term) + nominal: 208 + weights (+ quotients).</remarks>
    public long Bytes(AttributePlan planned)
    {
        AttributePlan plan = Plan ?? planned;
        long bytes = 160 + 8L * Stride + GaussianObservers.Bytes(plan.Numeric.Length, Stride, _bayes);
        if (_nominal is not null) return bytes + _nominal.Bytes();
        long rows = 0;
        foreach (int attribute in plan.Nominal) rows += NominalObservers.InitialRows(plan.DeclaredValues[attribute]);
        return bytes + NominalObservers.Bytes(plan.Nominal.Length, rows, Stride, _bayes);
    }

    /// <summary>Adds to the weight of a class.</summary>
    /// <returns>True when room had to be made.</returns>
    public bool AddClassWeight(int label, double weight)
    {
        bool grows = label >= Stride;
        if (grows) Widen(StrideFor(label + 1));
        if (label >= ClassCount) ClassCount = label + 1;
        _weights[label] += weight;
        Total = Sum(ClassWeights);
        return grows;
    }

    /// <summary>Lets every observer take the instance; the class weight must have been added before.</summary>
    /// <param name="features">The instance.</param>
    /// <param name="label">Class index.</param>
    /// <param name="weight">Weight &gt; 0.</param>
    /// <param name="plan">The attributes to observe; read only by the first call.</param>
    /// <returns>True when room had to be made.</returns>
    public bool Observe(ReadOnlySpan<double> features, int label, double weight, AttributePlan plan)
    {
        if (Plan is null) MakeObservers(plan);
        if (Dropped is not null) return ObserveKept(features, label, weight);
        if (_numeric is not null)
        {
            int[] attributes = Plan!.Numeric;
            for (int slot = 0; slot < attributes.Length; slot++) _numeric.Learn(slot, features[attributes[slot]], label, weight);
        }
        bool grew = false;
        if (_nominal is not null)
        {
            int[] attributes = Plan!.Nominal;
            for (int slot = 0; slot < attributes.Length; slot++) grew |= _nominal.Learn(slot, ValueIndex(features[attributes[slot]]), label, weight);
        }
        return grew;
    }

    /// <summary>Votes by naive Bayes: prior times the product of P(value | class) in attribute order.</summary>
    /// <param name="features">The instance.</param>
    /// <param name="votes">Receives a vote a class; length ≥ stride. Only the first <see cref="ClassCount"/> mean something.</param>
    /// <param name="scratch">Length ≥ <see cref="ScratchLength"/>.</param>
    public void BayesVotes(ReadOnlySpan<double> features, Span<double> votes, Span<double> scratch)
    {
        for (int c = 0; c < _weights.Length; c++) votes[c] = _weights[c] / Total;
        if (Plan is null) return;
        ReadOnlySpan<double> densities = default;
        if (_numeric is not null)
        {
            int terms = GaussianObservers.TermCount(_numeric.AttributeCount, Stride);
            Span<double> values = scratch[..terms];
            int at = 0;
            foreach (int attribute in Plan.Numeric)
            {
                values.Slice(at, Stride).Fill(features[attribute]);
                at += Stride;
            }
            _numeric.Densities(values, scratch.Slice(terms, terms));
            densities = scratch.Slice(terms, terms);
        }
        int[] attributes = Plan.Attributes, slots = Plan.Slots;
        ref double vote = ref MemoryMarshal.GetReference(votes);
        for (int i = 0; i < attributes.Length; i++)
        {
            double value = features[attributes[i]];
            if (double.IsNaN(value)) continue;
            if (slots[i] < 0) _nominal!.Multiply(~slots[i], value, ref vote);
            else Multiply(ref vote, densities.Slice(slots[i] * Stride, Stride));
        }
    }

    /// <summary>Stops observing an attribute.</summary>
    /// <param name="position">Its place in the plan.</param>
    public void Drop(int position) => (Dropped ??= new bool[Plan!.Attributes.Length])[position] = true;

    /// <summary>The integer part of a nominal value, or <see cref="NominalObservers.Missing"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ValueIndex(double value) => double.IsNaN(value) ? NominalObservers.Missing : (int)value;

    /// <summary>Writes everything.</summary>
    public void Save(StateWriter writer)
    {
        writer.Write(ClassWeights);
        writer.Write(Stride);
        writer.Write(LastAttempt);
        writer.Write(MajorityCorrect);
        writer.Write(BayesCorrect);
        writer.Write(Plan is not null);
        if (Plan is null) return;
        writer.Write(Plan.Attributes);
        writer.Write(Dropped is not null);
        if (Dropped is not null) writer.Write<bool>(Dropped);
        _numeric?.Save(writer);
        if (_nominal is null) return;
        writer.Write(_nominal.RowCounts);
        _nominal.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static SufficientStatistics Load(StateReader reader, int declaredClasses, bool bayes, AttributePlan all)
    {
        double[] weights = reader.ReadArray<double>();
        if (weights.Length > AttributePlan.LargestIndex + 1) throw new StateFormatException($"A leaf has {weights.Length} classes; must be at most {AttributePlan.LargestIndex + 1}.");
        SufficientStatistics statistics = new(weights, declaredClasses, bayes);
        int stride = reader.ReadInt32(statistics.Stride, statistics.Stride, "room for classes");
        statistics.LastAttempt = reader.ReadDouble();
        statistics.MajorityCorrect = reader.ReadDouble();
        statistics.BayesCorrect = reader.ReadDouble();
        if (!reader.ReadBoolean()) return statistics;
        AttributePlan plan = ReadPlan(reader, all);
        statistics.MakeObservers(plan);
        if (reader.ReadBoolean()) reader.ReadInto<bool>(statistics.Dropped = new bool[plan.Attributes.Length], "dropped attributes");
        statistics._numeric?.Load(reader);
        if (plan.Nominal.Length == 0) return statistics;
        int[] rows = new int[plan.Nominal.Length];
        reader.ReadInto<int>(rows, "nominal rows");
        foreach (int count in rows)
            if (count < 1 || count > AttributePlan.LargestIndex + 1) throw new StateFormatException($"A nominal observer has {count} rows; must be in [1, {AttributePlan.LargestIndex + 1}].");
        statistics._nominal = new NominalObservers(rows, stride, bayes);
        statistics._nominal.Load(reader);
        return statistics;
    }

    private static AttributePlan ReadPlan(StateReader reader, AttributePlan all)
    {
        int[] attributes = reader.ReadArray<int>();
        if (attributes.AsSpan().SequenceEqual(all.Attributes)) return all;
        for (int i = 0; i < attributes.Length; i++)
            if (attributes[i] < 0 || attributes[i] >= all.IsNominal.Length || (i > 0 && attributes[i] <= attributes[i - 1]))
                throw new StateFormatException($"A leaf observes attribute {attributes[i]}; must be in [0, {all.IsNominal.Length}) and ascending.");
        return all.Subset(attributes);
    }

    private static void Multiply(ref double votes, ReadOnlySpan<double> factors)
    {
        ref double factor = ref MemoryMarshal.GetReference(factors);
        if (factors.Length < 8)
        {
            for (nuint c = 0; c < (nuint)factors.Length; c += 2)
                (Vector128.LoadUnsafe(ref votes, c) * Vector128.LoadUnsafe(ref factor, c)).StoreUnsafe(ref votes, c);
            return;
        }
        for (nuint c = 0; c < (nuint)factors.Length; c += 8)
            (Vector512.LoadUnsafe(ref votes, c) * Vector512.LoadUnsafe(ref factor, c)).StoreUnsafe(ref votes, c);
    }

    private bool ObserveKept(ReadOnlySpan<double> features, int label, double weight)
    {
        bool grew = false;
        int[] attributes = Plan!.Attributes, slots = Plan.Slots;
        for (int i = 0; i < attributes.Length; i++)
        {
            if (Dropped![i]) continue;
            double value = features[attributes[i]];
            if (slots[i] >= 0) _numeric!.Learn(slots[i], value, label, weight);
            else grew |= _nominal!.Learn(~slots[i], ValueIndex(value), label, weight);
        }
        return grew;
    }

    private void MakeObservers(AttributePlan plan)
    {
        Plan = plan;
        if (plan.Numeric.Length > 0) _numeric = new GaussianObservers(plan.Numeric.Length, Stride, _bayes);
        if (plan.Nominal.Length == 0) return;
        int[] rows = new int[plan.Nominal.Length];
        for (int slot = 0; slot < rows.Length; slot++) rows[slot] = NominalObservers.InitialRows(plan.DeclaredValues[plan.Nominal[slot]]);
        _nominal = new NominalObservers(rows, Stride, _bayes);
    }

    private void Widen(int stride)
    {
        Stride = stride;
        Array.Resize(ref _weights, stride);
        _numeric = _numeric?.WithStride(stride);
        _nominal = _nominal?.WithStride(stride);
    }
}
