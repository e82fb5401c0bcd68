using StreamMoe.DriftMoe;
using StreamMoe.Experts.State;
using StreamMoe.Streams;
namespace StreamMoe.StreamHost.Pipeline;
internal sealed class PartitionFigures { }
internal sealed class PartitionProcessor : IDisposable {
  public PartitionProcessor(PartitionId source, LearningSetup setup, Schema? declared, int capacity, int threads) {}
  public long NextOffset { get; }
  public long CommitOffset { get; }
  public bool IsHolding { get; }
  public long SilentBelow { get; set; }
  public void StartAt(long offset) {}
  public void Process(ReadOnlySpan<SourceRecord> records, OutputBatch outputs) {}
  public Schema? Schema => null; public ILearner? Learner => null; public PartitionFigures Figures { get; } = new();
  public void Save(StateWriter writer) {} public void Load(StateReader reader) {}
  public void Dispose() {}
}
