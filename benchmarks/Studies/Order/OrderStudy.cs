using System.Globalization;
using StreamMoe.Experts.Randomness;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Streams.Files;
using StreamMoe.Worker.Order;

namespace StreamMoe.Studies.Order;

/// <summary>What the recorded order costs in bytes, and what equal timestamps cost in accuracy.</summary>
internal static class OrderStudy
{
    private const int EventsOfARecord = 2000, Records = 50, Instances = 200_000, Seed = 1;
    private static readonly int[] s_partitions = [1, 8, 64], s_merged = [4, 8, 16], s_ties = [1, 10, 100];
    private static readonly string[] s_streams = ["electricity.arff.gz", "rbf-fast", "agrawal-abrupt", "sine-abrupt", "random-tree"];

    /// <value>The study.</value>
    public static Study Study { get; } = new("order", "What the recorded order of a learner costs.", "docs/order.md", Write);

    private static void Write(TextWriter page)
    {
        page.WriteLine($"""
            # What the order costs

            A learner of several partitions merges their records by timestamp and writes the order down ([worker](worker.md)). The page was written by
            ```
            {Study.Command}
            ```
            with {Origin.Text}. `electricity.arff.gz` is left out where the folder does not hold it.

            ## Bytes an event
            Order records of {EventsOfARecord:N0} events, so of a commit ten times a second at {10 * EventsOfARecord:N0} events a second: bytes of the encoded record by its events. *In turn*: the partitions
            take turns; *at random*: each event is of any partition, as where keys are hashed; *in runs*: of the same partition as the event before with probability 0.9, as where a
            backlog is read. With fewer events a record its head, of some 60 bytes and up to 10 a partition, weighs more.

            """);
        page.Head(["partitions", "in turn", "at random", "in runs"]);
        foreach (int partitions in s_partitions)
        {
            Func<long, int, SeededRandom, int>[] ways =
            [
                (t, _, _) => (int)(t % partitions),
                (_, _, random) => random.NextInt(partitions),
                (_, before, random) => random.NextInt(10) > 0 ? before : random.NextInt(partitions),
            ];
            page.Row([Text(partitions), .. ways.Select(of => BytesAnEvent(partitions, of).ToString("0.00", CultureInfo.InvariantCulture))]);
        }
        page.WriteLine($"""

            ## Equal timestamps
            Accuracy over the first {Instances:N0} instances in per cent, `adaptive`, seed {Seed}, one learner: the instances are in the partitions in turn, so many of them have the same
            millisecond, and of equal timestamps the lowest partition goes first. With distinct timestamps (one a millisecond) the merge gives back the order of the stream,
            whatever the number of partitions, so the predictions are those of one partition (`MergedPartitionsTests`).

            """);
        page.Head(["stream", "distinct", .. s_ties.Skip(1).SelectMany(_ => s_merged, (ties, partitions) => $"{ties} a millisecond, {partitions} partitions")]);
        foreach (string stream in s_streams)
        {
            if (stream.Contains('.') && !File.Exists(stream)) continue;
            page.Row([stream.Split('.')[0], Percent(stream, 1, 1), .. s_ties.Skip(1).SelectMany(_ => s_merged, (ties, partitions) => Percent(stream, partitions, ties))]);
        }
    }

    private static double BytesAnEvent(int partitions, Func<long, int, SeededRandom, int> of)
    {
        OrderBuilder order = new();
        SeededRandom random = new(Seed);
        long[] next = new long[partitions];
        long bytes = 0;
        int before = 0;
        for (int r = 0; r < Records; r++)
        {
            for (int e = 0; e < EventsOfARecord; e++)
            {
                before = of((long)r * EventsOfARecord + e, before, random);
                next[before]++;
                order.Add(new OrderSource(before));
            }
            // Offsets of a topic that has been there for some time.
            NextOffset[] touched = [.. next.Select((n, p) => new NextOffset(new OrderSource(p), 1_000_000 + n))];
            OrderPosition position = new(new Guid("00112233445566778899aabbccddeeff"), 1000 + r, new Guid("ffeeddccbbaa99887766554433221100"));
            bytes += OrderRecordCodec.Write(new OrderRecord(position, (position.Sequence - 1, position.Writer), order.Take(), touched)).Length;
        }
        return bytes / (double)(Records * EventsOfARecord);
    }

    private static string Percent(string stream, int partitions, int ties)
    {
        using InstanceStream opened = stream.Contains('.') ? StreamFile.Open(stream) : StreamCatalogue.Open(stream, Seed);
        return (100 * MergedRun.Accuracy(opened, Instances, partitions, ties, Seed)).ToString("0.00", CultureInfo.InvariantCulture);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
