using StreamMoe.Experts.State;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Drift.Windows;

/// <summary>SEED: a window of blocks, cut where the means on both sides differ; neighbouring blocks with like means are merged.</summary>
/// <remarks>
/// After each full block all block boundaries are tested, from the newest on, with ADWIN's bound (m = 1/n₀ + 1/n₁); at the
/// first success all older blocks are dropped, in whichever direction the mean moved. After compressTerm blocks neighbours
/// whose means differ by less than a threshold that grows with age are merged. <see cref="Estimation"/> stays 0.
/// <para>O(1) an input, O(blocks) once in blockSize inputs. At most 4,096 blocks of 32 bytes: inputs in [0, 1] never need
/// more than 1/(ε′·α) + compressTerm + 2 of them; beyond that (other inputs) the two oldest become one.
/// Takes any finite number.</para>
/// Source: Huang, Koh, Dobbie, Pears 2014, Detecting volatility shift in data streams; MOA's variant.
/// </remarks>
internal sealed class Seed : IDriftDetector
{
    private const int MaximumBlocks = 4096;

    private readonly SeedOptions _options;
    private Block[] _blocks = new Block[64];
    private int _count, _newBlocks;
    private long _inputs, _width;
    private double _total, _deviation;

    /// <summary>Makes a detector.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <exception cref="OptionException">Some options are out of their range; the text names all of them.</exception>
    public Seed(SeedOptions? options = null)
    {
        _options = (options ?? new SeedOptions()).Checked();
        Reset();
    }

    /// <inheritdoc/>
    public double Estimation => 0;

    /// <inheritdoc/>
    public long ByteSize => 40 + 32L * _count;

    /// <inheritdoc/>
    public DriftSignal Update(double value)
    {
        DetectorInput.CheckFinite(value);
        if (_blocks[_count - 1].Count == _blocks[_count - 1].Capacity)
        {
            if (_count >= 2 && _newBlocks > _options.CompressTerm)
            {
                _newBlocks = 0;
                Compress();
            }
            AppendBlock();
            _newBlocks++;
        }
        Insert(value);
        _inputs++;
        return _inputs % _options.BlockSize == 0 && Cut() ? DriftSignal.Drift : DriftSignal.None;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _count = 0;
        _newBlocks = 0;
        _inputs = 0;
        _width = 0;
        _total = 0;
        _deviation = 0;
        AppendBlock();
    }

    /// <inheritdoc/>
    public void Persist(IState state)
    {
        state.Mark("seed");
        state.Value(ref _newBlocks, 0, int.MaxValue, "new blocks of SEED's window");
        state.Count(ref _inputs, "a count of the detector");
        state.Count(ref _width, "a count of the detector");
        state.Value(ref _total);
        state.Value(ref _deviation);
        state.Value(ref _count, 1, MaximumBlocks, "the number of blocks of SEED's window");
        if (state.IsReading) _blocks = new Block[_count];
        long width = 0;
        foreach (ref Block block in _blocks.AsSpan(0, _count))
        {
            block.Persist(state);
            width += block.Count;
        }
        if (state.IsReading && width != _width) throw new StateFormatException($"SEED's window has width {_width}, but its blocks hold {width} inputs.");
    }

    private void Insert(double value)
    {
        ref Block newest = ref _blocks[_count - 1];
        newest.Count++;
        newest.Total += value;
        _total += value;
        _width++;
        if (_width < 2) return;
        double d = value - _total / (_width - 1); // the total with the input in it already: MOA's
        double deviation = (_width - 1) * d * d / _width;
        _deviation += deviation;
        newest.Deviation += deviation;
    }

    private void AppendBlock()
    {
        if (_count == MaximumBlocks)
        {
            _blocks[0].Add(_blocks[1]);
            RemoveBlocks(1, 1);
        }
        if (_count == _blocks.Length) Array.Resize(ref _blocks, Math.Min(MaximumBlocks, 2 * _count));
        _blocks[_count++] = new Block { Capacity = _options.BlockSize };
    }

    private void Compress()
    {
        double step = _options.EpsilonPrime * _options.Alpha, threshold = 0;
        int kept = _count - 1; // blocks from here on are done; the merged ones are written from the end backwards
        for (int i = _count - 2; i >= 0; i--)
        {
            threshold += step;
            Block previous = _blocks[i];
            if (Math.Abs(previous.Mean - _blocks[kept].Mean) < threshold)
            {
                previous.Add(_blocks[kept]);
                _blocks[kept] = previous;
            }
            else
            {
                _blocks[--kept] = previous;
            }
        }
        RemoveBlocks(0, kept);
    }

    private bool Cut()
    {
        if (_count < 2) return false;
        double n0 = _width, u0 = _total, n1 = 0, u1 = 0;
        double v = _deviation / _width;
        double l = Math.Log(2 * Math.Log(_width) / _options.Delta);
        for (int i = _count - 1; i >= 1; i--)
        {
            n0 -= _blocks[i].Count;
            u0 -= _blocks[i].Total;
            n1 += _blocks[i].Count;
            u1 += _blocks[i].Total;
            double m = 1 / n0 + 1 / n1;
            double epsilon = Math.Sqrt(2 * m * v * l) + 2.0 / 3 * l * m;
            if (!(Math.Abs(u1 / n1 - u0 / n0) > epsilon)) continue;
            for (int older = 0; older < i; older++)
            {
                _width -= _blocks[older].Count;
                _total -= _blocks[older].Total;
                _deviation -= _blocks[older].Deviation;
            }
            RemoveBlocks(0, i);
            return true;
        }
        return false;
    }

    private void RemoveBlocks(int start, int count)
    {
        _blocks.AsSpan(start + count, _count - start - count).CopyTo(_blocks.AsSpan(start));
        _count -= count;
    }

    private struct Block
    {
        public long Count;
        public long Capacity;
        public double Total;
        public double Deviation;

        public readonly double Mean => Total / Count;

        public void Persist(IState state)
        {
            state.Count(ref Count, "a count of a block of SEED's window");
            state.Count(ref Capacity, "the capacity of a block of SEED's window");
            state.Value(ref Total);
            state.Value(ref Deviation);
            if (state.IsReading && !(double.IsFinite(Total) && double.IsFinite(Deviation)))
                throw new StateFormatException($"A block of SEED's window has the total {Total} and the deviation {Deviation}; must be finite.");
        }

        public void Add(in Block newer)
        {
            Count += newer.Count;
            Capacity += newer.Capacity;
            Total += newer.Total;
            Deviation += newer.Deviation;
        }
    }
}
