namespace StreamMoe.Worker.Pipeline;

/// <summary>A thread of its own for one piece of work, with a name that is seen from outside (on Linux its first 15 characters).</summary>
internal static class NamedThread
{
    /// <summary>Starts the work.</summary>
    /// <returns>Ends when the work does; faulted or cancelled when it throws.</returns>
    public static Task Run(string name, Action work)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                work();
                done.SetResult();
            }
            catch (OperationCanceledException e)
            {
                done.SetCanceled(e.CancellationToken);
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }) { IsBackground = true, Name = name }.Start();
        return done.Task;
    }
}
