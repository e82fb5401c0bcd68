using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using StreamMoe.Worker.Kafka.Learners;

namespace StreamMoe.Worker.Tests.Kafka.Learners;

public sealed class GroupAssignmentTests
{
    [Theory]
    [InlineData("events:0,3", true)]
    [InlineData("order:0 events:1 more:2,3,4", true)]
    [InlineData("events:", false)] // named, and nothing of it
    [InlineData("order:0", false)]
    [InlineData("events2:0 event:1", false)]
    [InlineData("", false)]
    public void Has_PartitionsOfTheTopic(string assigned, bool expected) => Assert.Equal(expected, GroupAssignment.Has(Write(assigned), "events"));

    [Fact]
    public void Has_CutAnywhereOrRandom_IsFalseOrTrueAndNeverThrows()
    {
        byte[] whole = Write("order:0 events:1");
        for (int length = 0; length < whole.Length - sizeof(int); length++) Assert.False(GroupAssignment.Has(whole.AsSpan(0, length), "events") && length < 20);
        Random random = new(1);
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            if (bytes.Length > 2) bytes.AsSpan(2).Slice(0, Math.Min(3, bytes.Length - 2)).Clear();
            Assert.False(GroupAssignment.Has(bytes, "events"));
        }
    }

    private static byte[] Write(string assigned)
    {
        List<byte> bytes = [0, 1];
        string[] topics = assigned.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Add(topics.Length);
        foreach (string topic in topics)
        {
            string[] parts = topic.Split(':');
            byte[] name = Encoding.UTF8.GetBytes(parts[0]);
            bytes.AddRange([(byte)(name.Length >> 8), (byte)name.Length, .. name]);
            int[] partitions = [.. parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
            Add(partitions.Length);
            foreach (int partition in partitions) Add(partition);
        }
        Add(-1); // no user data
        return [.. bytes];

        void Add(int value)
        {
            byte[] four = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(four, value);
            bytes.AddRange(four);
        }
    }
}
