namespace StreamMoe.StreamHost.Commands;

/// <summary>Ctrl-C as a request to stop after the current block, instead of the end of the process, until it is disposed of.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source;

    /// <param name="beside">Another way to ask for it.</param>
    public Interruption(CancellationToken beside = default)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(beside);
        Console.CancelKeyPress += OnCancel;
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        Console.CancelKeyPress -= OnCancel;
        _source.Dispose();
    }

    private void OnCancel(object? sender, ConsoleCancelEventArgs e)
    {
        e.Cancel = true;
        _source.Cancel();
    }
}
