using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.Experts.State;
using StreamMoe.Worker.Figures;

namespace StreamMoe.Worker.Pipeline;

/// <summary>How good a learner's predictions were: in all, over a window, by source, and how sure they were. Part of the state, but for the confidences.</summary>
internal sealed class Scores
{
    private const int Length = 1000;

    private readonly PrequentialEvaluator _total = new();
    private readonly WindowEvaluator _window = new(Length);
    private readonly ConfidenceWindow _confidences = new(Length);

    /// <summary>A prediction was made.</summary>
    /// <param name="confidence">Probability of the predicted class; NaN for none.</param>
    public void Predicted(float confidence)
    {
        if (!float.IsNaN(confidence)) _confidences.AddPrediction(confidence);
    }

    /// <summary>Scores a prediction, once.</summary>
    /// <param name="label">The class.</param>
    /// <param name="prediction">The predicted class; below zero when there was none: nothing is scored.</param>
    /// <param name="confidence">Its probability; NaN when that is not known.</param>
    /// <param name="source">The source of the event.</param>
    /// <param name="figures">Counted in.</param>
    public void Score(int label, int prediction, float confidence, SourceFigures source, PartitionFigures figures)
    {
        if (prediction < 0) return;
        figures.Scored++;
        source.Score(label == prediction);
        _total.Add(label, prediction);
        _window.Add(label, prediction);
        _confidences.AddResult(confidence, label == prediction);
    }

    /// <summary>Recall of a class over the window; null when it did not come.</summary>
    public double? RecallOf(int label) => _window.RecallOf(label);

    /// <summary>Tells the figures.</summary>
    public void Tell(PartitionFigures figures)
    {
        figures.WindowAccuracy = _window.Accuracy ?? double.NaN;
        figures.WindowKappa = _window.Kappa ?? double.NaN;
        figures.WindowKappaM = _window.KappaM ?? double.NaN;
        figures.WindowKappaT = _window.KappaT ?? double.NaN;
        figures.WindowMajority = _window.MajorityAccuracy ?? double.NaN;
        figures.WindowNoChange = _window.NoChangeAccuracy ?? double.NaN;
        figures.Accuracy = _total.Accuracy ?? double.NaN;
        figures.Kappa = _total.Kappa ?? double.NaN;
        figures.KappaM = _total.KappaM ?? double.NaN;
        figures.KappaT = _total.KappaT ?? double.NaN;
        figures.Majority = _total.MajorityAccuracy ?? double.NaN;
        figures.NoChange = _total.NoChangeAccuracy ?? double.NaN;
        figures.Confidence = _confidences.Confidence;
        figures.CalibrationError = _confidences.CalibrationError;
    }

    /// <summary>Writes the state.</summary>
    public void Save(StateWriter writer)
    {
        _total.Save(writer);
        _window.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(StateReader reader)
    {
        _total.Load(reader);
        _window.Load(reader);
    }
}
