using StreamMoe.DriftMoe.Pool;
using StreamMoe.DriftMoe.Routing;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Experts;
using StreamMoe.Experts.State;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.DriftMoe.Presets;

/// <summary>DriftMoE's MoE-Data: a router picks the experts that learn an instance, and the expert whose class is the prediction.</summary>
/// <remarks>
/// The router's weights are fixed during a stretch of R learned instances, so a block is worked off in three stages:
/// route all rows of the (rest of the) stretch with one matrix product; run each expert over these rows in order, testing every row and
/// training where the expert is among the row's top k; then pick the predictions and keep the correctness masks. When the stretch is full,
/// the router takes one Adam step on the mean binary cross-entropy over its R·E logits.
/// Source: Aspis, Cajas Ordóñez, Suárez-Cetrulo, Simón Carbajo 2025, DriftMoE, arXiv 2507.18464.
/// </remarks>
internal sealed class MoeDataLearner : ILearner
{
    private readonly MoeDataOptions _options;
    private readonly WorkRunner _work;
    private readonly Router _router;
    private readonly VotingExpert[] _experts;
    private readonly Action<int> _routePart;
    private readonly StagedRun _staged;
    private readonly int[] _order, _load;
    private readonly float[] _inputs;
    private readonly float[] _logits;
    private readonly byte[] _chosen;
    private readonly int[] _first;
    private readonly int[] _predicted;
    private readonly double[] _votesForLabel;
    private readonly float[] _target;
    private readonly RoutingFigures _figures;
    private InstanceBlock? _block;
    private Predictions? _predictions;
    private PartEvaluation? _evaluate;
    private int _from, _rows;

    /// <summary>Makes the learner.</summary>
    /// <param name="schema">What the rows look like.</param>
    /// <param name="options">The options.</param>
    /// <param name="seed">Seeds the router's weights; the trees use no random numbers.</param>
    /// <param name="work">The threads to work on; stays the caller's.</param>
    /// <exception cref="OptionException">An option is out of range.</exception>
    public MoeDataLearner(Schema schema, MoeDataOptions options, long seed, WorkRunner work)
    {
        Schema = schema;
        _options = options.Checked();
        _work = work;
        _router = new Router(schema.AttributeCount, options.Experts, options.Router, dropout: 0, seed);
        _experts = new VotingExpert[options.Experts];
        for (int e = 0; e < _experts.Length; e++) _experts[e] = new VotingExpert(new HoeffdingTree(schema, options.Tree));
        int stretch = options.Router.Interval;
        _inputs = new float[stretch * schema.AttributeCount];
        _logits = new float[stretch * options.Experts];
        _chosen = new byte[stretch * options.Experts];
        _first = new int[stretch];
        _predicted = new int[stretch * options.Experts];
        _votesForLabel = new double[stretch * options.Experts];
        _target = new float[options.Experts];
        _figures = new RoutingFigures(options.Experts);
        (_order, _load) = (new int[options.Experts], new int[options.Experts]);
        _routePart = RoutePart;
        _staged = new StagedRun(work, _experts.Length, (n, first, end) => RunExpert(_order[n], first, end), Combine);
    }

    /// <inheritdoc/>
    public Schema Schema { get; }

    /// <inheritdoc/>
    public long Learned { get; private set; }

    /// <inheritdoc/>
    public int ExpertCount => _experts.Length;

    /// <inheritdoc/>
    public long ByteSize => _router.ByteSize + _experts.Sum(e => e.Expert.ByteSize);

    /// <inheritdoc/>
    public void Process(InstanceBlock block, Predictions predictions)
    {
        predictions.Begin(Schema.ClassCount);
        foreach (VotingExpert expert in _experts) expert.GrowTo(Schema.ClassCount);
        (_block, _predictions) = (block, predictions);
        for (_from = 0; _from < block.Count; _from += _rows)
        {
            _rows = RowsOfStretch(block);
            Route();
            _staged.Run(_rows);
            if (!_router.IsFull) continue;
            _router.Step(_work);
            _figures.AddLoss(_router.Loss, _options.Router.Interval);
        }
        (_block, _predictions) = (null, null);
    }

    /// <inheritdoc/>
    public Prediction Predict(ReadOnlySpan<double> features, Span<float> probabilities)
    {
        int experts = _experts.Length;
        RouterInputs.Convert(features, _inputs.AsSpan(0, features.Length));
        Span<float> logits = _logits.AsSpan(0, experts);
        _router.Forward(_inputs.AsSpan(0, features.Length), 1, logits);
        int first = TopK.Mark(logits, _options.TopK, _chosen.AsSpan(0, experts));
        _experts[first].GrowTo(Schema.ClassCount);
        ReadOnlySpan<double> votes = _experts[first].Run(features, InstanceBlock.NoLabel, train: false);
        Predictions.SharesOf(votes, probabilities);
        return new Prediction(Votes.ArgMax(votes), first, TopK.Gate(logits, first, (float)_options.Router.Temperature));
    }

    /// <inheritdoc/>
    public PoolSnapshot Describe()
        => new([.. _experts.Select((_, e) => new PoolMember(e, "hoeffding-tree", PoolMemberState.Active, _figures.ShareOf(e)))], 0, _figures.Loss);

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark("moe-data");
        writer.Write(Learned);
        _router.Save(writer);
        foreach (VotingExpert expert in _experts) expert.Expert.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("moe-data");
        Learned = reader.ReadCount("the number of instances learned");
        _router.Load(reader, _experts.Length);
        foreach (VotingExpert expert in _experts) expert.Expert.Load(reader);
        _figures.Reset();
    }

    /// <summary>Rows from the present one up to the end of the block or of the stretch, whichever comes first.</summary>
    private int RowsOfStretch(InstanceBlock block)
    {
        int room = _router.Room, rows = 0;
        int most = Math.Min(block.Count - _from, _first.Length);
        while (rows < most && room > 0)
            if (block.Labels[_from + rows++] != InstanceBlock.NoLabel) room--;
        return rows;
    }

    /// <summary>Stage 1, assignment: which experts learn each row, and which one predicts it.</summary>
    private void Route()
    {
        _evaluate = _router.BeginForward(_rows);
        _work.Run(_router.PartsOf(_rows), _routePart);
        _router.EndForward(_rows);
        OrderExperts();
    }

    private void RoutePart(int part)
    {
        int attributes = Schema.AttributeCount, experts = _experts.Length;
        int first = part * _router.PartRows, end = Math.Min(_rows, first + _router.PartRows);
        for (int r = first; r < end; r++)
            RouterInputs.Convert(_block!.Row(_from + r), _inputs.AsSpan(r * attributes, attributes));
        _evaluate!(part, _inputs.AsSpan(first * attributes, (end - first) * attributes), _logits.AsSpan(first * experts, (end - first) * experts));
        for (int r = first; r < end; r++)
            _first[r] = TopK.Mark(_logits.AsSpan(r * experts, experts), _options.TopK, _chosen.AsSpan(r * experts, experts));
    }

    // The experts that learn most come first, so that no thread begins a long one when the others end.
    private void OrderExperts()
    {
        for (int e = 0; e < _order.Length; e++) _order[e] = e;
        if (_work.Threads == 1) return;
        Array.Clear(_load);
        ReadOnlySpan<byte> chosen = _chosen.AsSpan(0, _rows * _load.Length);
        for (int at = 0; at < chosen.Length; at += _load.Length)
            for (int e = 0; e < _load.Length; e++) _load[e] -= chosen[at + e];
        Array.Sort(_load, _order);
    }

    /// <summary>Stage 2, one expert over the rows in order: test each, train where the router chose it.</summary>
    private void RunExpert(int e, int begin, int end)
    {
        VotingExpert expert = _experts[e];
        InstanceBlock block = _block!;
        for (int r = begin; r < end; r++)
        {
            int label = block.Labels[_from + r];
            int at = r * _experts.Length + e;
            bool train = label != InstanceBlock.NoLabel && _chosen[at] != 0;
            ReadOnlySpan<double> votes = expert.Run(block.Row(_from + r), label, train);
            _predicted[at] = Votes.ArgMax(votes);
            if (_first[r] == e) _predictions!.SetVotes(_from + r, votes);
            if (label != InstanceBlock.NoLabel) _votesForLabel[at] = votes[label];
        }
    }

    /// <summary>Stage 3: the predictions, and the router's targets.</summary>
    private void Combine(int begin, int end)
    {
        (InstanceBlock block, Predictions predictions) = (_block!, _predictions!);
        int experts = _experts.Length, attributes = Schema.AttributeCount;
        for (int r = begin; r < end; r++)
        {
            int row = r * experts, first = _first[r];
            _figures.RouteEvenly(_chosen.AsSpan(row, experts), _options.TopK);
            predictions.Classes[_from + r] = _predicted[row + first];
            predictions.Experts[_from + r] = first;
            predictions.Gates[_from + r] = TopK.Gate(_logits.AsSpan(row, experts), first, (float)_options.Router.Temperature);
            int label = block.Labels[_from + r];
            if (label == InstanceBlock.NoLabel) continue;
            CorrectnessMask.Fill(label, _predicted.AsSpan(row, experts), _votesForLabel.AsSpan(row, experts), _target);
            _router.Remember(_inputs.AsSpan(r * attributes, attributes), _target);
            Learned++;
        }
    }
}
