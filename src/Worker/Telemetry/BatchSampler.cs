using System.Buffers.Binary;
using System.Diagnostics;
using OpenTelemetry.Trace;

namespace StreamMoe.Worker.Telemetry;

/// <summary>Takes a share of the batches by chance, by the last eight bytes of their trace id, which are random; whatever other
/// listeners and parents want.</summary>
/// <param name="share">The share, in [0, 1].</param>
internal sealed class BatchSampler(double share) : Sampler
{
    /// <inheritdoc/>
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
        => new(Takes(samplingParameters.TraceId) ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);

    /// <summary>Whether the trace is taken: the same answer each time.</summary>
    public bool Takes(ActivityTraceId trace)
    {
        Span<byte> bytes = stackalloc byte[16];
        trace.CopyTo(bytes);
        return (BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) >> 11) / (double)(1UL << 53) < share;
    }
}
