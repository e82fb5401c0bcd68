using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamMoe.StreamHost.Tests.Commands;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Streams.Files;
using StreamMoe.Tests.Common;
using StreamMoe.Tests.Common.Pipeline;
using StreamMoe.Worker.Kafka;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>A worker that nothing happens to.</summary>
[Trait("Category", "Slow")]
public sealed class SteadyTests(ITestOutputHelper output)
{
    private const int Partitions = 4, Instances = 100_000;

    [Fact]
    public void LedAbruptOverFourPartitions_PredictsWhatReplayPredictsOfEachPartitionsSequence()
    {
        using TemporaryFolder folder = new();
        string schema = WriteSchema(folder);
        using ServiceBench bench = new(output, Partitions, "model:preset=moe-data", WorkerGroup.ALearnerEach, $"schema:file={schema}");
        bench.Feed("led-abrupt", Instances, "--array", "--client", "compression.type=lz4");
        (WorkerGroup group, OutputLog outputs) = bench.Undisturbed();

        Assert.Equal(Instances, outputs.Counts["prediction"]);
        int compared = 0;
        for (int partition = 0; partition < Partitions; partition++)
        {
            string sequence = folder.File($"partition-{partition}.csv"), predictions = folder.File($"predictions-{partition}.csv");
            WriteSequence(bench, partition, sequence);
            Cli run = Cli.Run("replay", sequence, "--schema", schema, "--model", "moe-data", "--threads", "1", "--predictions", predictions, "--format", "json");
            Assert.True(run.ExitCode == 0, run.Error);
            string[] expected = [.. File.ReadLines(predictions).Skip(1).Select(line => line[(line.LastIndexOf(',') + 1)..])];
            Assert.Equal(expected, outputs.PredictedClasses(partition));
            compared += expected.Length;
        }
        Assert.Equal(Instances, compared);
        bench.Say($"{compared} predictions are those of replay; committed {string.Join(", ", group.Committed)}");
    }

    private static string WriteSchema(TemporaryFolder folder)
    {
        using InstanceStream stream = StreamCatalogue.Open("led-abrupt", 1);
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteString("relation", "led");
            json.WriteStartArray("attributes");
            foreach (SchemaAttribute attribute in stream.Schema.Attributes.Append(stream.Schema.Class))
            {
                json.WriteStartObject();
                json.WriteString("name", attribute.Name);
                json.WriteString("type", attribute.Domain is null ? "numeric" : "nominal");
                if (attribute.Domain is { } domain)
                {
                    json.WriteStartArray("values");
                    for (int v = 0; v < domain.Count; v++) json.WriteStringValue(domain[v]);
                    json.WriteEndArray();
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteString("class", stream.Schema.Class.Name);
            json.WriteEndObject();
        }
        return folder.Write("schema.json", Encoding.UTF8.GetString(bytes.ToArray()));
    }

    /// <summary>Writes the events of a partition, which are arrays, as a CSV file.</summary>
    private static void WriteSequence(ServiceBench bench, int partition, string path)
    {
        using InstanceStream stream = StreamCatalogue.Open("led-abrupt", 1);
        using StreamFileWriter writer = StreamFileWriter.Create(path, stream.Schema);
        double[] features = new double[stream.Schema.AttributeCount];
        long position = 0;
        foreach (KafkaRecord record in bench.Brokers.Read(bench.EventTopic).Where(r => r.Partition == partition))
        {
            long wanted = long.Parse(Encoding.ASCII.GetString(record.Key)[2..], CultureInfo.InvariantCulture);
            int label = -1;
            for (; position <= wanted; position++) Assert.True(stream.Next(features, out label));
            writer.Write(features, label);
        }
    }
}
