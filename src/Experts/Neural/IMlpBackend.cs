namespace StreamMoe.Experts.Neural;

/// <summary>What makes stacks on devices; the program registers it where it was built in (see <see cref="MlpBackends"/>).</summary>
internal interface IMlpBackend
{
    /// <value>Whether the machine has a device that is faster than the processor, so that <c>auto</c> may take it.</value>
    bool HasAccelerator { get; }

    /// <summary>What is wrong with a device on this machine: what was found, and what to do; null when nothing is.</summary>
    /// <param name="device"><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    string? FaultOf(string device);

    /// <summary>The device that <c>auto</c> stands for: <c>managed</c> where that is faster.</summary>
    /// <param name="options">The stack that is to be made.</param>
    /// <param name="rows">Rows of a training step.</param>
    string Choose(MlpOptions options, int rows);

    /// <summary>Makes a stack without members.</summary>
    /// <param name="options">Shape and training.</param>
    /// <param name="device"><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>, without fault.</param>
    /// <exception cref="ArgumentException">Options are out of range; the text names all of them.</exception>
    IMlpStack Create(MlpOptions options, string device);
}
