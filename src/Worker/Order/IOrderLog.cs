namespace StreamMoe.Worker.Order;

/// <summary>The order log of one learner, as its owner reads it when it takes over. Any thread, one call at a time.</summary>
internal interface IOrderLog
{
    /// <value>True where somebody else's records may be in the log (at-least-once), which are passed over.</value>
    bool MayPassOver { get; }

    /// <summary>What the log holds now. To be asked once the former owner can write no more: open transactions count.</summary>
    /// <exception cref="OrderException">The log cannot be read; the text says what to do.</exception>
    OrderLogRange Range(CancellationToken stop);

    /// <summary>Reads the records of a stretch, in order, those of transactions that were committed alone; lazily.</summary>
    /// <param name="from">The first offset; it must still be there.</param>
    /// <param name="to">The offset to end at: the records end only when everything below it has been read, or is known to hold no record.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="OrderException">A record cannot be read, the stretch is not all there, or a transaction of somebody else stays open
    /// below its end; the text names partition and offset and says what to do.</exception>
    IEnumerable<LoggedOrder> Read(long from, long to, CancellationToken stop);

    /// <summary>The records below an offset are not needed any more. May do nothing; never throws.</summary>
    void Trim(long below);
}
