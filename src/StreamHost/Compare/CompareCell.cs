namespace StreamMoe.StreamHost.Compare;

/// <summary>The finished runs of one model on one stream, and what they say together.</summary>
internal sealed class CompareCell
{
    private readonly double[] _accuracies;

    /// <param name="stream">The stream's name.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="runs">The finished runs of the two, in the order of the seeds; may be empty.</param>
    public CompareCell(string stream, string model, IReadOnlyList<ModelRun> runs)
    {
        (Stream, Model, Runs) = (stream, model, runs);
        _accuracies = [.. runs.Where(r => r.Total.Accuracy is not null).Select(r => r.Total.Accuracy!.Value)];
        if (_accuracies.Length == 0) return;
        double mean = _accuracies.Average();
        Accuracy = mean;
        if (_accuracies.Length > 1) Deviation = Math.Sqrt(_accuracies.Sum(a => (a - mean) * (a - mean)) / (_accuracies.Length - 1));
    }

    public string Stream { get; }

    public string Model { get; }

    public IReadOnlyList<ModelRun> Runs { get; }

    /// <value>Mean accuracy over the seeds, a ratio; null when no run has scored anything.</value>
    public double? Accuracy { get; }

    /// <value>Standard deviation of the accuracy over the seeds, with n − 1; null with fewer than two.</value>
    public double? Deviation { get; }

    /// <value>Rank of the model on this stream by mean accuracy, 1 the best; null when the stream is not complete.</value>
    public double? Rank { get; set; }

    /// <value>Instances of all runs by their CPU seconds; null when none was measured.</value>
    public double? InstancesPerCpuSecond => Runs.Sum(r => r.CpuSeconds) is var seconds and > 0 ? Runs.Sum(r => r.Instances) / seconds : null;

    /// <value>Largest size of the model's state seen in any run, in bytes; null without a run.</value>
    public long? PeakModelBytes => Runs.Count > 0 ? Runs.Max(r => r.PeakModelBytes) : null;

    /// <summary>True when there is a scored run of every one of so many seeds.</summary>
    public bool IsComplete(int seeds) => _accuracies.Length == seeds;
}
