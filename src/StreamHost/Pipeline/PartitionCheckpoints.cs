using Microsoft.Extensions.Logging;
using StreamMoe.DriftMoe.Checkpoints;
using StreamMoe.StreamHost.Checkpoints;
using StreamMoe.StreamHost.Configuration;

namespace StreamMoe.StreamHost.Pipeline;

/// <summary>The checkpoints of one partition: when the next is due, writing it, and finding the one to restore.</summary>
internal sealed partial class PartitionCheckpoints
{
}
