using System.Text;
using StreamMoe.Worker.Kafka;
using StreamMoe.Worker.Kafka.Learners;
using StreamMoe.Worker.Kafka.Outputs;

namespace StreamMoe.Worker.Tests.Kafka;

/// <summary>A transactional producer that fails where a script says so, and keeps what was committed.</summary>
/// <param name="script">Entries such as <c>commit#2: abort IllegalGeneration</c>: the second call of commit throws that.</param>
internal sealed class ScriptedProducer(params string[] script) : ITransactionalProducer
{
    private readonly Dictionary<string, string> _script = script.Select(s => s.Split(": ")).ToDictionary(p => p[0], p => p[1]);
    private readonly Dictionary<string, int> _counts = [];
    private readonly List<string> _open = [];
    private bool _inTransaction;

    /// <value>Every call in order: <c>init begin A order commit abort dispose</c>.</value>
    public List<string> Calls { get; } = [];

    public List<string> Committed { get; } = [];

    public void InitTransactions() => Call("init");

    public void BeginTransaction()
    {
        Call("begin");
        Assert.False(_inTransaction, "begin inside a transaction");
        _inTransaction = true;
    }

    public void Produce(in OutputRecord record, Action<long>? written)
    {
        Call("produce", Encoding.UTF8.GetString(record.Value!));
        Assert.True(_inTransaction, "produce outside a transaction");
        _open.Add(Encoding.UTF8.GetString(record.Value!));
        written?.Invoke(_open.Count - 1);
    }

    public void ProduceAlone(in OutputRecord record)
    {
        Call("alone", Encoding.UTF8.GetString(record.Value!) + "!");
        Assert.True(_inTransaction, "produce outside a transaction");
        _open.Add(Encoding.UTF8.GetString(record.Value!));
    }

    public void Flush() => Calls.Add("flush");

    public void CommitTransaction()
    {
        Call("commit");
        Assert.True(_inTransaction, "commit outside a transaction");
        Committed.AddRange(_open);
        _open.Clear();
        _inTransaction = false;
    }

    public void AbortTransaction()
    {
        Call("abort");
        _open.Clear();
        _inTransaction = false;
    }

    public void Dispose()
    {
        if (Calls.LastOrDefault() != "dispose") Calls.Add("dispose");
    }

    private void Call(string name, string? shown = null)
    {
        Calls.Add(shown ?? name);
        int count = _counts[name] = _counts.GetValueOrDefault(name) + 1;
        if (_script.TryGetValue($"{name}#{count}", out string? error) || _script.TryGetValue($"{name}#*", out error)) throw KafkaErrorsTests.Error(error);
    }
}
