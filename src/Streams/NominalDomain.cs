namespace StreamMoe.Streams;

/// <summary>The values of a nominal attribute, or the names of the classes: a list that only grows, up to a cap.</summary>
/// <remarks>An index, once given, never changes its meaning, so learners may keep statistics by index.
/// Not thread-safe: one thread (the reader or decoder of the stream) adds; others may read values whose index they were given.</remarks>
public sealed class NominalDomain
{
    /// <summary>Cap on the number of values when none is given: 1,024.</summary>
    public const int DefaultCap = 1024;

    /// <summary>Largest number of values, of an attribute and of the class: 65,536, as learners keep statistics by indices of 16 bits.</summary>
    public const int LargestCap = 65_536;

    private readonly List<string> _values = [];
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);

    /// <summary>Makes a domain with the given values, in index order.</summary>
    /// <param name="values">Distinct values; may be empty.</param>
    /// <param name="cap">Largest number of values, in [1, <see cref="LargestCap"/>], or the number of values when that is larger; the default is <see cref="DefaultCap"/>.</param>
    /// <exception cref="ArgumentException">A value occurs twice, or there are more than <see cref="LargestCap"/>.</exception>
    public NominalDomain(IEnumerable<string> values, int cap = DefaultCap)
    {
        foreach (string value in values)
        {
            if (!_indices.TryAdd(value, _values.Count))
                throw new ArgumentException($"Nominal value '{value}' is declared twice; values must be distinct.", nameof(values));
            _values.Add(value);
        }
        if (_values.Count > LargestCap)
            throw new ArgumentException($"There are {_values.Count} nominal values; at most {LargestCap} can be learned.", nameof(values));
        Cap = Math.Max(Math.Clamp(cap, 1, LargestCap), _values.Count);
    }

    /// <value>Largest number of values this domain may grow to, at least 1.</value>
    public int Cap { get; }

    /// <value>Number of values so far, in [0, <see cref="Cap"/>].</value>
    public int Count => _values.Count;

    /// <summary>The value with the given index.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside [0, <see cref="Count"/>).</exception>
    public string this[int index] => _values[index];

    /// <value>All values in index order.</value>
    public IReadOnlyList<string> Values => _values;

    /// <summary>Finds the index of a value.</summary>
    /// <returns>False, and index −1, when the value is unknown.</returns>
    public bool TryGetIndex(string value, out int index)
    {
        if (_indices.TryGetValue(value, out index)) return true;
        index = -1;
        return false;
    }

    /// <summary>Finds the index of a value without making a string of it.</summary>
    /// <returns>False, and index −1, when the value is unknown.</returns>
    public bool TryGetIndex(ReadOnlySpan<char> value, out int index)
    {
        if (_indices.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(value, out index)) return true;
        index = -1;
        return false;
    }

    /// <summary>Finds the index of a value, adding the value at the end when it is new and the cap allows it.</summary>
    /// <returns>False, and index −1, when the value is new and the domain is full.</returns>
    public bool TryGetOrAdd(string value, out int index)
    {
        if (_indices.TryGetValue(value, out index)) return true;
        index = -1;
        if (_values.Count >= Cap) return false;
        index = _values.Count;
        _indices.Add(value, index);
        _values.Add(value);
        return true;
    }
}
