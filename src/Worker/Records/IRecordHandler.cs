using StreamMoe.DriftMoe.Checkpoints;

namespace StreamMoe.Worker.Records;

/// <summary>What a source tells: all calls but <see cref="ReceivedLabel"/> come from the thread that runs it, one at a time.</summary>
internal interface IRecordHandler
{
    /// <summary>A partition is now this worker's: fences its previous owner, then restores its state.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="positions">Reads what is committed and what the log holds; called once the previous owner can write no more.</param>
    /// <returns>The offsets to read on from.</returns>
    /// <exception cref="StreamMoe.DriftMoe.Checkpoints.CheckpointException">The state cannot be restored: the worker must stop.</exception>
    StartOffsets Assigned(PartitionId partition, Func<PartitionPositions> positions);

    /// <summary>A partition is about to be given up: finishes the batch in hand, commits, writes a checkpoint, before it returns.</summary>
    void Revoking(PartitionId partition);

    /// <summary>A partition was taken away: drops its state and writes nothing.</summary>
    void Lost(PartitionId partition);

    /// <summary>A record, in offset order within its partition. Never blocks: when the partition's queue fills up the handler pauses it.</summary>
    void Received(in SourceRecord record);

    /// <summary>A record of the label topic, in offset order within its partition; may come from another thread, and waits while the partition's queue is full.</summary>
    /// <param name="partition">The partition of the event topic that it belongs to.</param>
    /// <param name="record">The record.</param>
    void ReceivedLabel(PartitionId partition, in SourceRecord record);
}
