using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Streams;
using StreamMoe.Worker.Order;

namespace StreamMoe.Studies.Order;

/// <summary>One learner over the partitions of a stream, merged by the worker's rule, several instances a millisecond.</summary>
internal static class MergedRun
{
    private const int BlockSize = 1000;

    /// <summary>Accuracy over all instances, in [0, 1]; on one thread.</summary>
    /// <param name="stream">Stands at its beginning.</param>
    /// <param name="instances">Instances at most.</param>
    /// <param name="partitions">Partitions, to which the instances go in turn.</param>
    /// <param name="ties">Instances a millisecond, ≥ 1.</param>
    /// <param name="seed">Seed of the model.</param>
    public static double Accuracy(InstanceStream stream, int instances, int partitions, int ties, long seed)
    {
        List<(double[] Features, int Label)> all = [];
        double[] features = new double[stream.Schema.AttributeCount];
        while (all.Count < instances && stream.Next(features, out int label)) all.Add(([.. features], label));
        using WorkRunner work = new(1);
        ILearner learner = PresetCatalogue.Create("adaptive", []).Create(stream.Schema, seed, work);
        InstanceBlock block = new(stream.Schema.AttributeCount, BlockSize);
        Predictions predictions = new(BlockSize);
        long right = 0;
        foreach (int position in Order(all.Count, partitions, ties))
        {
            block.Add(all[position].Features, all[position].Label);
            if (block.IsFull) Learn();
        }
        Learn();
        return right / (double)all.Count;

        void Learn()
        {
            if (block.Count == 0) return;
            learner.Process(block, predictions);
            for (int r = 0; r < block.Count; r++)
                if (predictions.Classes[r] == block.Labels[r]) right++;
            block.Clear();
        }
    }

    /// <summary>The positions of the stream in the order in which the worker merges a backlog of its partitions.</summary>
    private static IEnumerable<int> Order(int count, int partitions, int ties)
    {
        OrderMerge merge = new(1, long.MaxValue / 4);
        int[] next = new int[partitions];
        for (int p = 0; p < partitions; p++)
        {
            merge.Insert(p, 0);
            Offer(p, p);
        }
        while (merge.Choose(0, out _) is >= 0 and int partition)
        {
            merge.Taken(partition, 0);
            int position = next[partition];
            Offer(partition, position + partitions);
            yield return position;
        }

        void Offer(int partition, int position)
        {
            next[partition] = position;
            if (position < count) merge.Offer(partition, position / ties, 0);
            else merge.EndReached(partition);
        }
    }
}
