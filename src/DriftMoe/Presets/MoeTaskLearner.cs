using StreamMoe.DriftMoe.Pool;
using StreamMoe.DriftMoe.Routing;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Experts.State;
using StreamMoe.Experts.Trees;
using StreamMoe.Streams;
using StreamMoe.Streams.Options;

namespace StreamMoe.DriftMoe.Presets;

/// <summary>DriftMoE's MoE-Task: one expert a class, trained one against the rest, and a router that learns the class after every instance.</summary>
/// <remarks>
/// The correctness mask marks true positives alone, and is forced where there is none: it is one-hot in the true class whatever the trees
/// say. So the router does not depend on the experts, and both run side by side over a block: each tree a unit of work, the router another,
/// row by row. A class that comes for the first time adds a tree and a router output; its instance is predicted before that.
/// Source: Aspis, Cajas Ordóñez, Suárez-Cetrulo, Simón Carbajo 2025, DriftMoE, arXiv 2507.18464.
/// </remarks>
internal sealed class MoeTaskLearner : ILearner
{
    /// <summary>Most classes: as many as labels can be told apart.</summary>
    private const int MostClasses = 65_536;

    private const double VoteFloor = 1e-6;

    private readonly MoeTaskOptions _options;
    private readonly WorkRunner _work;
    private readonly Router _router;
    private readonly Schema _binary;
    private readonly List<VotingExpert> _experts = [];
    private readonly Action<int> _runUnit;
    private readonly float[] _input;
    private readonly RoutingFigures _figures = new(0);
    private float[] _target = [];
    private float[] _gates = [];
    private float[] _scores = [];
    private float[] _logits = [];
    private double[] _positive = [];
    private InstanceBlock? _block;
    private int _from, _rows;
    private bool _labelsHidden;

    /// <summary>Makes the learner.</summary>
    /// <param name="schema">What the rows look like; one expert is made for each class known by now.</param>
    /// <param name="options">The options.</param>
    /// <param name="seed">Seeds the router's weights and dropout.</param>
    /// <param name="work">The threads to work on; stays the caller's.</param>
    /// <exception cref="OptionException">An option is out of range.</exception>
    public MoeTaskLearner(Schema schema, MoeTaskOptions options, long seed, WorkRunner work)
    {
        Schema = schema;
        _options = options.Checked();
        _work = work;
        _binary = new Schema(schema.Relation, schema.Snapshot().Attributes, SchemaAttribute.Nominal(schema.Class.Name, ["rest", "one"]));
        int classes = Math.Max(1, schema.ClassCount);
        _router = new Router(schema.AttributeCount, classes, options.Router, options.Dropout, seed);
        _input = new float[schema.AttributeCount];
        while (_experts.Count < classes) AddExpert();
        FitToExperts();
        _runUnit = RunUnit;
    }

    /// <inheritdoc/>
    public Schema Schema { get; }

    /// <inheritdoc/>
    public long Learned { get; private set; }

    /// <inheritdoc/>
    public int ExpertCount => _experts.Count;

    /// <inheritdoc/>
    public long ByteSize => _router.ByteSize + _experts.Sum(e => e.Expert.ByteSize);

    /// <inheritdoc/>
    public void Process(InstanceBlock block, Predictions predictions)
    {
        predictions.Begin(Schema.ClassCount);
        _block = block;
        int row = 0;
        while (row < block.Count)
        {
            int rows = RowsOfKnownClasses(block, row);
            if (rows > 0)
            {
                Run(row, rows, labelsHidden: false);
                Combine(predictions);
                row += rows;
            }
            if (row < block.Count && block.Labels[row] >= _experts.Count)
            {
                Run(row, 1, labelsHidden: true);
                Combine(predictions);
                GrowTo(block.Labels[row] + 1);
                Run(row, 1, labelsHidden: false);
                row++;
            }
        }
        _block = null;
    }

    /// <inheritdoc/>
    public Prediction Predict(ReadOnlySpan<double> features, Span<float> probabilities)
    {
        MakeRoom(rows: 1);
        RouteRow(features, _logits.AsSpan(0, _experts.Count));
        for (int e = 0; e < _experts.Count; e++) _positive[e] = ShareOfOne(_experts[e].Run(features, InstanceBlock.NoLabel, train: false));
        int best = Weigh(0);
        Predictions.CopyTo(_gates, probabilities);
        return new Prediction(best, best, _gates[best]);
    }

    /// <inheritdoc/>
    public PoolSnapshot Describe()
        => new([.. _experts.Select((_, e) => new PoolMember(e, "hoeffding-tree", PoolMemberState.Active, _figures.ShareOf(e)))], 0, _figures.Loss);

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Mark("moe-task");
        writer.Write(Learned);
        writer.Write(_experts.Count);
        _router.Save(writer);
        foreach (VotingExpert expert in _experts) expert.Expert.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Mark("moe-task");
        Learned = reader.ReadCount("the number of instances learned");
        int count = reader.ReadInt32(1, MostClasses, "the number of experts");
        if (count < _experts.Count)
            throw new StateFormatException($"The state has {count} experts; this stream has {_experts.Count} classes already.");
        _router.Load(reader, count);
        for (int e = 0; e < count; e++)
        {
            if (e == _experts.Count) AddExpert();
            _experts[e].Expert.Load(reader);
        }
        FitToExperts();
        _figures.Reset();
    }

    private int RowsOfKnownClasses(InstanceBlock block, int from)
    {
        int row = from;
        while (row < block.Count && block.Labels[row] < _experts.Count) row++;
        return row - from;
    }

    private void AddExpert()
    {
        VotingExpert expert = new(new HoeffdingTree(_binary, _options.Tree));
        expert.GrowTo(2);
        _experts.Add(expert);
    }

    private void GrowTo(int classes)
    {
        while (_experts.Count < classes)
        {
            AddExpert();
            _router.AppendOutput();
        }
        FitToExperts();
    }

    private void FitToExperts()
    {
        int experts = _experts.Count;
        (_target, _gates, _scores) = (new float[experts], new float[experts], new float[experts]);
        _figures.GrowTo(experts);
    }

    private void Run(int from, int rows, bool labelsHidden)
    {
        (_from, _rows, _labelsHidden) = (from, rows, labelsHidden);
        MakeRoom(rows);
        _work.Run(_experts.Count + 1, _runUnit);
        for (int r = 0; r < rows; r++)
            if (Label(r) != InstanceBlock.NoLabel) Learned++;
    }

    private void MakeRoom(int rows)
    {
        int needed = rows * _experts.Count;
        if (_logits.Length < needed) (_logits, _positive) = (new float[needed], new double[needed]);
    }

    private int Label(int row) => _labelsHidden ? InstanceBlock.NoLabel : _block!.Labels[_from + row];

    /// <summary>Unit 0 is the router, which takes longest; unit e + 1 is the expert of class e.</summary>
    private void RunUnit(int unit)
    {
        if (unit == 0) RunRouter();
        else RunExpert(unit - 1);
    }

    private void RunRouter()
    {
        int classes = _experts.Count;
        for (int r = 0; r < _rows; r++)
        {
            RouteRow(_block!.Row(_from + r), _logits.AsSpan(r * classes, classes));
            int label = Label(r);
            if (label == InstanceBlock.NoLabel) continue;
            Array.Clear(_target);
            _target[label] = 1;
            _router.Remember(_input, _target);
            _router.Step();
            _figures.AddLoss(_router.Loss);
        }
    }

    private void RouteRow(ReadOnlySpan<double> features, Span<float> logits)
    {
        RouterInputs.Convert(features, _input);
        if (_options.DropoutWhilePredicting) _router.ForwardWithDropout(_input, logits);
        else _router.Forward(_input, 1, logits);
    }

    private void RunExpert(int e)
    {
        VotingExpert expert = _experts[e];
        for (int r = 0; r < _rows; r++)
        {
            int label = Label(r);
            ReadOnlySpan<double> votes = expert.Run(_block!.Row(_from + r), label == e ? 1 : 0, label != InstanceBlock.NoLabel);
            _positive[r * _experts.Count + e] = ShareOfOne(votes);
        }
    }

    private static double ShareOfOne(ReadOnlySpan<double> votes)
    {
        double sum = votes[0] + votes[1];
        return sum > 0 && double.IsFinite(sum) ? votes[1] / sum : 0.5;
    }

    /// <summary>The class with the largest score for a row; the gates become the soft-max of the scores, so that class has the largest of them too.</summary>
    private int Weigh(int row)
    {
        int best = 0;
        double most = double.NegativeInfinity;
        for (int c = 0; c < _experts.Count; c++)
        {
            double score = Score(row, c);
            _scores[c] = (float)score;
            if (score > most) (best, most) = (c, score);
        }
        TopK.Gates(_scores, (float)_options.Router.Temperature, _gates);
        return best;
    }

    private void Combine(Predictions predictions)
    {
        for (int r = 0; r < _rows; r++)
        {
            int best = Weigh(r);
            predictions.Classes[_from + r] = best;
            _figures.Route(_gates);
            if (predictions.ProbabilityCount > 0) predictions.SetProbabilities(_from + r, _gates);
            predictions.Experts[_from + r] = best;
            predictions.Gates[_from + r] = _gates[best];
        }
    }

    private double Score(int row, int c)
    {
        int at = row * _experts.Count + c;
        double logit = _logits[at];
        if (_options.Prediction == TaskPrediction.Logits) return logit;
        double logRouter = logit >= 0 ? -Math.Log(1 + Math.Exp(-logit)) : logit - Math.Log(1 + Math.Exp(logit));
        return logRouter + Math.Log(Math.Max(_positive[at], VoteFloor));
    }
}
