using System.Collections.Concurrent;
using StreamMoe.Worker.Records;

namespace StreamMoe.Worker.Pipeline;

/// <summary>Makes the outputs of one learner on a thread of its own, while the learner learns on.</summary>
/// <remarks>
/// <see cref="Put"/> and <see cref="Seal"/> are called by the learner's thread. At most <see cref="Batches"/> batches are on their way; a learner that is further ahead waits. What is written since the last seal is one
/// <see cref="OutputBatch"/>; there are two, so a sealed one must be done with before the next is sealed.
/// </remarks>
internal sealed class OutputMaker : ILearnedTarget, IDisposable
{
    /// <summary>Batches that circulate between the learner and this, besides the one in the learner's hand: 2.</summary>
    public const int Batches = 2;

    private readonly BatchWriter _writer;
    private readonly Action<OutputBatch, int> _made;
    private readonly Action _failed;
    private readonly BlockingCollection<(LearnedBatch? Batch, TaskCompletionSource<OutputBatch>? Sealed)> _work = [];
    private readonly BlockingCollection<LearnedBatch> _free = [];
    private OutputBatch _outputs = new(), _other = new();
    private long _bytes;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="writer">Writes outputs; from now on this object's.</param>
    /// <param name="capacity">Records of a batch at most.</param>
    /// <param name="made">Told of new outputs, from an index on, on the thread.</param>
    /// <param name="failed">Told when the thread could not go on.</param>
    public OutputMaker(string name, BatchWriter writer, int capacity, Action<OutputBatch, int> made, Action failed)
    {
        (_writer, _made, _failed) = (writer, made, failed);
        for (int i = 0; i < Batches; i++) _free.Add(new LearnedBatch(capacity));
        Completion = NamedThread.Run(name, Run);
    }

    /// <value>Ends when this is disposed of; faulted when outputs could not be made.</value>
    public Task Completion { get; }

    /// <value>Bytes of the outputs made since the last seal.</value>
    public long ByteCount => Interlocked.Read(ref _bytes);

    /// <inheritdoc/>
    public LearnedBatch Put(LearnedBatch batch)
    {
        try
        {
            _work.Add((batch, null));
            return _free.Take();
        }
        catch (InvalidOperationException) // it has ended
        {
            Completion.GetAwaiter().GetResult();
            throw;
        }
    }

    /// <summary>The outputs of everything that was put since the last seal, once they are made.</summary>
    public Task<OutputBatch> Seal()
    {
        TaskCompletionSource<OutputBatch> made = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _work.Add((null, made));
            return made.Task;
        }
        catch (InvalidOperationException e) // it has ended
        {
            return Task.FromException<OutputBatch>(Completion.Exception?.InnerException ?? e);
        }
    }

    /// <summary>Ends the thread, after what was put.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        ((IAsyncResult)Completion).AsyncWaitHandle.WaitOne();
        _work.Dispose();
        _free.Dispose();
    }

    private void Run()
    {
        try
        {
            foreach ((LearnedBatch? batch, TaskCompletionSource<OutputBatch>? sealing) in _work.GetConsumingEnumerable())
            {
                if (batch is not null) Make(batch);
                else HandOver(sealing!);
            }
        }
        catch (Exception e)
        {
            _work.CompleteAdding();
            _free.CompleteAdding();
            foreach ((_, TaskCompletionSource<OutputBatch>? sealing) in _work.GetConsumingEnumerable()) sealing?.TrySetException(e);
            _failed();
            throw;
        }
    }

    private void Make(LearnedBatch batch)
    {
        int before = _outputs.Count;
        _writer.Write(batch, _outputs);
        batch.Clear();
        _free.Add(batch);
        Interlocked.Exchange(ref _bytes, _outputs.ByteCount);
        _made(_outputs, before);
    }

    private void HandOver(TaskCompletionSource<OutputBatch> sealing)
    {
        (OutputBatch made, _outputs) = (_outputs, _other);
        _other = made;
        _outputs.Clear();
        Interlocked.Exchange(ref _bytes, 0);
        sealing.SetResult(made);
    }
}
