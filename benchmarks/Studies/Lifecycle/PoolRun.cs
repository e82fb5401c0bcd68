using System.Diagnostics;
using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.Studies.Lifecycle;

/// <summary>One run of the default model over a stream, on one thread, segment by segment.</summary>
/// <param name="Segments">The segments in order.</param>
/// <param name="Events">How often each thing happened.</param>
internal sealed record PoolRun(IReadOnlyList<PoolRun.Segment> Segments, IReadOnlyDictionary<PoolEventKind, int> Events)
{
    private const int BlockSize = 1000;

    /// <summary>A stretch of the stream.</summary>
    /// <param name="Right">For each instance whether it was predicted rightly.</param>
    /// <param name="Experts">Opinions that are heard at the end.</param>
    /// <param name="ByteSize">Size of the model at the end, in bytes.</param>
    /// <param name="Seconds">CPU time of the process over the segment.</param>
    internal sealed record Segment(bool[] Right, int Experts, long ByteSize, double Seconds)
    {
        /// <value>Share of the instances that were predicted rightly.</value>
        public double Accuracy => Right.Count(r => r) / (double)Right.Length;

        /// <value>CPU time an instance, in microseconds.</value>
        public double Microseconds => Seconds / Right.Length * 1e6;
    }

    /// <value>Share of all instances that were predicted rightly.</value>
    public double Accuracy => Segments.Sum(s => s.Accuracy * s.Right.Length) / Segments.Sum(s => s.Right.Length);

    /// <value>CPU time an instance, in microseconds.</value>
    public double Microseconds => Segments.Sum(s => s.Seconds) / Segments.Sum(s => s.Right.Length) * 1e6;

    /// <summary>Runs a new model.</summary>
    /// <param name="text">The stream.</param>
    /// <param name="seed">Seed of stream and model.</param>
    /// <param name="segments">Number of segments.</param>
    /// <param name="length">Instances of a segment, a multiple of 1,000.</param>
    /// <param name="settings">Options of the model, each name=value.</param>
    public static PoolRun Measure(string text, long seed, int segments, int length, params string[] settings)
    {
        using InstanceStream stream = StreamCatalogue.Open(text, seed);
        using WorkRunner work = new(1);
        ILearner learner = PresetCatalogue.Create("adaptive", settings.Select(s => s.Split('=', 2)).Select(p => KeyValuePair.Create(p[0], p[1]))).Create(stream.Schema, seed, work);
        InstanceBlock block = new(stream.Schema.AttributeCount, BlockSize);
        Predictions predictions = new(BlockSize);
        List<Segment> done = [];
        Dictionary<PoolEventKind, int> events = [];
        for (int s = 0; s < segments; s++)
        {
            bool[] right = new bool[length];
            TimeSpan spent = TimeSpan.Zero;
            for (int at = 0; at < length; at += block.Count)
            {
                block.Clear();
                stream.Fill(block);
                TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
                learner.Process(block, predictions);
                spent += Process.GetCurrentProcess().TotalProcessorTime - before;
                for (int r = 0; r < block.Count; r++) right[at + r] = predictions.Classes[r] == block.Labels[r];
                foreach (PoolEvent happened in predictions.Events) events[happened.Kind] = events.GetValueOrDefault(happened.Kind) + 1;
            }
            done.Add(new Segment(right, learner.ExpertCount, learner.ByteSize, spent.TotalSeconds));
        }
        return new PoolRun(done, events);
    }
}
