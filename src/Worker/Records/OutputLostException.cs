namespace StreamMoe.Worker.Records;

/// <summary>An output has ended, though its learner still belongs to this worker: the learner is to be taken over anew, from the last commit, with another output.</summary>
internal sealed class OutputLostException(string message, Exception? cause = null) : Exception(message, cause);
