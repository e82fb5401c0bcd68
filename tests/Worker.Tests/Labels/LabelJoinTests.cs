using System.Text;
using FsCheck;
using FsCheck.Fluent;
using StreamMoe.Experts.State;
using StreamMoe.Tests.Common;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Labels;

namespace StreamMoe.Worker.Tests.Labels;

/// <summary>The buffer against a plain list that does the same slowly.</summary>
public sealed class LabelJoinTests
{
    private const int Attributes = 2, Context = 1, Classes = 1000;
    private static readonly LabelOptions s_limits = new() { MaxCount = 20, MaxBytes = 4096 };

    [Fact]
    public void AnyOperations_DoWhatAPlainListDoes()
        => Prop.ForAll(Operations(), operations =>
        {
            LabelJoin join = new(s_limits, Attributes, Context);
            PlainJoin plain = new();
            long now = 0;
            foreach ((int what, int number, int length) in operations)
            {
                string id = new('x', length + number % 3 * 200);
                id += number;
                byte[] bytes = Encoding.UTF8.GetBytes(id);
                JoinEntry? found = join.Find(bytes);
                Assert.Equal(plain.Find(id)?.IsEvent, found?.IsEvent);
                if (found is not null)
                {
                    Assert.Equal(plain.Find(id)!.Value.Class, found.Class);
                    if (found.IsEvent) Assert.Equal([number, found.Class], join.Features(found).ToArray());
                    join.Remove(found);
                    plain.Remove(id);
                }
                else if (what == 0)
                {
                    now += number;
                    join.ExpireBefore(now - 60);
                    plain.ExpireBefore(now - 60);
                }
                else if (what % 2 == 0)
                {
                    JoinEntry? entry = join.AddEvent(bytes, now, [number, what], 0);
                    if (entry is not null) join.SetPrediction(entry, what, 0.5f, [what]);
                    plain.Add(id, now, true, what);
                }
                else
                {
                    join.AddLabel(bytes, now, what);
                    plain.Add(id, now, false, what);
                }
                Assert.Equal((plain.Count, plain.Bytes, plain.Expired, plain.Orphans), (join.Count, join.ByteCount, join.Expired, join.Orphans));
            }
            LabelJoin again = new(s_limits, Attributes, Context);
            again.AddLabel("other"u8, 1, 1);
            again.Load(new StateReader(new MemoryStream(Save(join))), Classes);
            Assert.Equal(Save(join), Save(again));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void SteadyWaiting_AllocatesNothing()
    {
        LabelJoin join = new(new LabelOptions { MaxCount = 100 }, Attributes, Context);
        byte[] id = new byte[12];
        int n = 0;
        void Work()
        {
            for (int i = 0; i < 1000; i++)
            {
                BitConverter.TryWriteBytes(id, n++);
                join.AddEvent(id, n, [1, 2], 0);
            }
        }
        Work();
        Assert.Equal(0, Allocation.Of(Work));
        Assert.Equal(100, join.Count);
    }

    private static byte[] Save(LabelJoin join)
    {
        MemoryStream stream = new();
        join.Save(new StateWriter(stream));
        return stream.ToArray();
    }

    private static Arbitrary<(int What, int Number, int Length)[]> Operations()
        => (from what in Gen.Choose(0, 9)
            from number in Gen.Choose(0, 40)
            from length in Gen.Elements(1, 40)
            select (what, number, length)).ArrayOf(300).ToArbitrary();

    private sealed class PlainJoin
    {
        private readonly List<(string Id, long Since, bool IsEvent, int Class)> _entries = [];

        public int Count => _entries.Count;

        public long Bytes => _entries.Sum(e => 64L + e.Id.Length + (e.IsEvent ? 8 * (Attributes + Context) : 0));

        public long Expired { get; private set; }

        public long Orphans { get; private set; }

        public (bool IsEvent, int Class)? Find(string id)
            => _entries.FindIndex(e => e.Id == id) is >= 0 and int at ? (_entries[at].IsEvent, _entries[at].Class) : null;

        public void Remove(string id) => _entries.RemoveAll(e => e.Id == id);

        public void Add(string id, long since, bool isEvent, int theClass)
        {
            _entries.Add((id, since, isEvent, theClass));
            while (Count > 20 || Bytes > 4096) Expire();
        }

        public void ExpireBefore(long limit)
        {
            while (Count > 0 && _entries[0].Since < limit) Expire();
        }

        private void Expire()
        {
            if (_entries[0].IsEvent) Expired++;
            else Orphans++;
            _entries.RemoveAt(0);
        }
    }
}
