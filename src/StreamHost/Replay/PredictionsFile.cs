using System.Text;
using StreamMoe.Streams;

namespace StreamMoe.StreamHost.Replay;

/// <summary>Writes <c>position,label,prediction</c> with class names, in position order, quoted as CSV where a name needs it.</summary>
internal sealed class PredictionsFile : IDisposable
{
    private readonly StreamWriter _writer;
    private readonly Schema _schema;
    private readonly List<string> _names = [];

    public PredictionsFile(Stream output, Schema schema)
    {
        _schema = schema;
        _writer = new StreamWriter(output, new UTF8Encoding(false), 1 << 16) { NewLine = "\n" };
        _writer.WriteLine("position,label,prediction");
    }

    /// <summary>Writes one line.</summary>
    /// <param name="position">Zero-based position of the instance.</param>
    /// <param name="label">Class index, or <see cref="InstanceBlock.NoLabel"/>: an empty cell.</param>
    /// <param name="prediction">Class index.</param>
    public void Write(long position, int label, int prediction)
    {
        _writer.Write(position);
        _writer.Write(',');
        if (label != InstanceBlock.NoLabel) _writer.Write(Name(label));
        _writer.Write(',');
        _writer.WriteLine(Name(prediction));
    }

    public void Dispose() => _writer.Dispose();

    private string Name(int index)
    {
        while (_names.Count <= index)
        {
            string name = _schema.ClassName(_names.Count);
            bool quoted = name.AsSpan().IndexOfAny(",\"\r\n") >= 0;
            _names.Add(quoted ? $"\"{name.Replace("\"", "\"\"")}\"" : name);
        }
        return _names[index];
    }
}
