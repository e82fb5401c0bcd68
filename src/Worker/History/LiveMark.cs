namespace StreamMoe.Worker.History;

/// <summary>A drift or warning of the mixture, its confidence or an input.</summary>
/// <param name="Serial">Rises with every change of the history.</param>
/// <param name="Position">Number of the event at which it was first signalled, among the records of the learner, whatever their partitions; from 0.</param>
/// <param name="Time">Wall time, seconds since 1970.</param>
/// <param name="IsDrift">True for a drift, false for a warning.</param>
/// <param name="Source">What it is about, for example <c>mixture</c>.</param>
/// <param name="Detector">The detector.</param>
/// <param name="Count">Signals within <see cref="MarkList.Episode"/> that this mark stands for, ≥ 1.</param>
internal sealed record LiveMark(long Serial, long Position, double Time, bool IsDrift, string Source, string Detector, int Count);
