using System.Globalization;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Events;
using StreamMoe.Worker.Figures;
using StreamMoe.Worker.Pipeline;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Metrics;

/// <summary>Warns when most records of a minute are of no use to a learner: dead letters, events with no feature that the schema has,
/// or an attribute that most events have with another type.</summary>
/// <remarks>One warning, with the commonest reason and an example's position; the next one when the reason changes, or after a minute that was well.
/// It looks at what learners count anyway, and cannot hinder them.</remarks>
internal sealed partial class UnusedRecords : IDisposable
{
    /// <summary>Time from one look to the next: a minute.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly Func<IEnumerable<LearnerTask>> _learners;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private readonly Dictionary<PartitionFigures, Minute> _minutes = [];
    private bool _hasFailed;

    /// <param name="learners">The learners at work now.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told.</param>
    public UnusedRecords(Func<IEnumerable<LearnerTask>> learners, TimeProvider time, ILogger log)
    {
        (_learners, _log) = (learners, log);
        _timer = time.CreateTimer(_ => Look(), null, Period, Period);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_minutes)
        {
            try
            {
                HashSet<PartitionFigures> seen = [];
                foreach (LearnerTask learner in _learners())
                {
                    seen.Add(learner.Figures);
                    if (!_minutes.TryGetValue(learner.Figures, out Minute? minute)) _minutes[learner.Figures] = new Minute(learner.Figures);
                    else if (minute.End(learner.Figures, learner.Partitions.Select(p => p.Figures)) is { } found) Warn(_log, learner.Id, found.Share, found.Records, found.Why);
                }
                foreach (PartitionFigures gone in _minutes.Keys.Where(f => !seen.Contains(f)).ToList()) _minutes.Remove(gone);
            }
            catch (Exception e) // whatever it is: on a timer's thread it would end the process
            {
                if (!_hasFailed) Failed(_log, e);
                _hasFailed = true;
            }
        }
    }

    [LoggerMessage(134, LogLevel.Warning, "{Learner}: {Share:0} % of the {Records} records of the last minute were of no use: {Why}.")]
    private static partial void Warn(ILogger logger, LearnerId learner, double share, long records, string why);

    [LoggerMessage(135, LogLevel.Error, "Records of no use could not be looked for; the worker goes on. Further failures of this kind are not logged.")]
    private static partial void Failed(ILogger logger, Exception fault);

    /// <summary>The counts of a learner at the beginning of a minute.</summary>
    internal sealed class Minute
    {
        private readonly long[] _letters = new long[DeadLetterReasons.Count], _faults = new long[PartitionDetails.MostAttributes];
        private long _records, _ignored;
        private string? _told;

        /// <summary>Begins a minute.</summary>
        public Minute(PartitionFigures figures) => Take(figures);

        /// <summary>Ends the minute, and begins the next.</summary>
        /// <returns>What is to be told; null when nothing is, or it was told already.</returns>
        public (double Share, long Records, string Why)? End(PartitionFigures figures, IEnumerable<SourceFigures> sources)
        {
            long records = figures.Records - _records, ignored = figures.IgnoredEvents - _ignored, letters = 0;
            int reason = 0, attribute = -1;
            for (int r = 0; r < _letters.Length; r++)
            {
                letters += figures.DeadLetters[r] - _letters[r];
                if (figures.DeadLetters[r] - _letters[r] > figures.DeadLetters[reason] - _letters[reason]) reason = r;
            }
            long unfit = 0;
            for (int a = 0; a < _faults.Length; a++)
                if (figures.Features.CountOf(a, FeatureFault.OtherType) - _faults[a] is var faults && faults > unfit) (attribute, unfit) = (a, faults);
            long most = figures.DeadLetters[reason] - _letters[reason];
            Take(figures);

            long useless = Math.Max(letters + ignored, unfit);
            if (records == 0 || 2 * useless <= records)
            {
                if (records > 0) _told = null;
                return null;
            }
            (string kind, string why) = unfit > letters + ignored ? ($"attribute {attribute}", $"attribute '{NameOf(figures, attribute)}' is missing in {Count(unfit, "event")}, whose values are of another type{LastOf(sources)}")
                : ignored > most ? ("ignored", $"{Count(ignored, "event")} with no feature that the schema has{LastOf(sources)}")
                : (DeadLetterReasons.Names[reason], $"{Count(letters, "dead letter")}, most of them {DeadLetterReasons.Names[reason]}{Example(figures.DeadLetterExamples[reason])}");
            if (_told == kind) return null;
            _told = kind;
            return (100.0 * useless / records, records, why);
        }

        private void Take(PartitionFigures figures)
        {
            (_records, _ignored) = (figures.Records, figures.IgnoredEvents);
            figures.DeadLetters.CopyTo(_letters, 0);
            for (int a = 0; a < _faults.Length; a++) _faults[a] = figures.Features.CountOf(a, FeatureFault.OtherType);
        }

        private static string Count(long count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");

        private static string NameOf(PartitionFigures figures, int attribute)
            => figures.Details.Attributes is var names && attribute < names.Count ? names[attribute] : attribute.ToString(CultureInfo.InvariantCulture);

        private static string Example(string? said) => said is null ? "" : $", the last: {said.TrimEnd('.')}";

        private static string LastOf(IEnumerable<SourceFigures> sources)
            => sources.Where(s => s.LastUnfit >= 0).MaxBy(s => s.LastUnfit) is { } source ? $", the last at {source.Partition}@{source.LastUnfit}" : "";
    }
}
