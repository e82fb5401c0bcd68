using StreamMoe.Experts.State;

namespace StreamMoe.DriftMoe.Lifecycle;

/// <summary>The last learned instances with what the pool said of them: the ground on which archived experts race against the present ones.</summary>
/// <remarks>A ring of <see cref="Capacity"/> rows: 8·(features + view) + 4·(experts + 1) bytes each.</remarks>
internal sealed class RecentRows
{
    /// <summary>Rows kept: 200.</summary>
    public const int Capacity = 200;

    private readonly int _features, _view, _experts;
    private readonly double[] _rawRows, _viewRows;
    private readonly int[] _labels, _classes;
    private long _added;

    public RecentRows(int features, int view, int experts)
    {
        (_features, _view, _experts) = (features, view, experts);
        (_rawRows, _viewRows) = (new double[Capacity * features], new double[Capacity * view]);
        (_labels, _classes) = (new int[Capacity], new int[Capacity * experts]);
    }

    /// <summary>Rows held, in [0, 200].</summary>
    public int Count => (int)Math.Min(_added, Capacity);

    public long ByteSize => Capacity * (8L * (_features + _view) + 4L * (_experts + 1));

    /// <summary>Adds a row; the oldest falls out. A class of −1 stands for an expert that does not run.</summary>
    public void Add(ReadOnlySpan<double> features, ReadOnlySpan<double> view, int label, ReadOnlySpan<int> classes, ReadOnlySpan<bool> running)
    {
        int slot = (int)(_added++ % Capacity);
        features.CopyTo(_rawRows.AsSpan(slot * _features, _features));
        view.CopyTo(_viewRows.AsSpan(slot * _view, _view));
        _labels[slot] = label;
        for (int e = 0; e < _experts; e++) _classes[slot * _experts + e] = running[e] ? classes[e] : -1;
    }

    /// <summary>Label of the row added <paramref name="age"/> rows before the last one.</summary>
    public int Label(int age) => _labels[Slot(age)];

    /// <summary>What an expert said of a row; −1 when it did not run.</summary>
    public int Class(int age, int expert) => _classes[Slot(age) * _experts + expert];

    /// <summary>The features, or the leading values of the view, of a row.</summary>
    /// <param name="age">0 = the last row.</param>
    /// <param name="viewLength">Leading values of the view; 0 = the features.</param>
    public ReadOnlySpan<double> Row(int age, int viewLength) => viewLength == 0
        ? _rawRows.AsSpan(Slot(age) * _features, _features)
        : _viewRows.AsSpan(Slot(age) * _view, viewLength);

    public void Save(StateWriter writer)
    {
        writer.Mark("recent-rows");
        writer.Write(_added);
        writer.Write(_rawRows);
        writer.Write(_viewRows);
        writer.Write(_labels);
        writer.Write(_classes);
    }

    public void Load(StateReader reader)
    {
        reader.Mark("recent-rows");
        _added = reader.ReadCount("the number of recent rows");
        reader.ReadInto(_rawRows.AsSpan(), "the recent features");
        reader.ReadInto(_viewRows.AsSpan(), "the recent views");
        reader.ReadInto(_labels.AsSpan(), "the recent labels");
        reader.ReadInto(_classes.AsSpan(), "the recent opinions");
    }

    private int Slot(int age) => (int)((_added - 1 - age) % Capacity);
}
