namespace StreamMoe.DriftMoe.Checkpoints;

/// <summary>A checkpoint file cannot be used: damaged, of another format, or written under other learning options.</summary>
public class CheckpointException : Exception
{
    /// <summary>Makes the exception with a text that names the file, what was found and what is needed.</summary>
    public CheckpointException(string message) : base(message) { }

    /// <summary>Makes the exception with a text and its cause.</summary>
    public CheckpointException(string message, Exception inner) : base(message, inner) { }
}
