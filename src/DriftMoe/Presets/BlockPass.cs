using StreamMoe.DriftMoe.Views;
using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Presets;

/// <summary>One block on its way through <see cref="AdaptiveLearner"/>: its rows with their views, which of them are in hand, and on what terms.
/// Made once and used for block after block: its memory stays.</summary>
/// <param name="views">Makes the views.</param>
internal sealed class BlockPass(InstanceViews views)
{
    private InstanceBlock? _block;
    private Predictions? _predictions;
    private double[] _rowViews = [];
    private int _viewed, _from;
    private bool _labelsHidden;

    /// <value>The block.</value>
    public InstanceBlock Block => _block!;

    /// <value>What comes out.</value>
    public Predictions Predictions => _predictions!;

    /// <value>True when the rows in hand are predicted already, and only learned.</value>
    public bool KeepsPrediction { get; private set; }

    /// <summary>Begins with a block.</summary>
    public void Begin(InstanceBlock block, Predictions predictions)
    {
        (_block, _predictions, _viewed) = (block, predictions, 0);
        if (_rowViews.Length < block.Count * views.Length) _rowViews = new double[block.Capacity * views.Length];
    }

    /// <summary>Lets the block go.</summary>
    public void End() => (_block, _predictions) = (null, null);

    /// <summary>Takes rows in hand: the other methods count from the first of them.</summary>
    /// <param name="from">The first one's place in the block.</param>
    /// <param name="labelsHidden">True to take their labels for missing.</param>
    /// <param name="keepPrediction">True when they are predicted already, and only learned.</param>
    public void Take(int from, bool labelsHidden, bool keepPrediction) => (_from, _labelsHidden, KeepsPrediction) = (from, labelsHidden, keepPrediction);

    /// <summary>Makes the views of the block's rows up to one, as far as they are not made yet. A label is known to the rows after it.</summary>
    public void MakeViews(int end)
    {
        InstanceBlock block = Block;
        for (int r = _viewed; r < end; r++)
        {
            Span<double> view = _rowViews.AsSpan(r * views.Length, views.Length);
            if (block.IsLate(r)) block.Context(r)[..views.Length].CopyTo(view);
            else views.Observe(block.Row(r), view);
            if (block.Labels[r] != InstanceBlock.NoLabel) views.Learn(block.Labels[r], block.Row(r));
        }
        _viewed = Math.Max(_viewed, end);
    }

    /// <summary>Makes the views of some rows more.</summary>
    public void MakeMoreViews(int rows) => MakeViews(Math.Min(Block.Count, _viewed + rows));

    /// <summary>A row's place in the block.</summary>
    public int At(int row) => _from + row;

    /// <summary>A row's label; <see cref="InstanceBlock.NoLabel"/> for none.</summary>
    public int Label(int row) => _labelsHidden ? InstanceBlock.NoLabel : Block.Labels[_from + row];

    /// <summary>True for the label that came late of a row that was predicted before.</summary>
    public bool IsLate(int row) => Block.IsLate(_from + row);

    /// <summary>The first numbers of a row's views: the standardised ones, or the temporal ones.</summary>
    public ReadOnlySpan<double> View(int row, int length) => _rowViews.AsSpan((_from + row) * views.Length, length);

    /// <summary>A row's raw view.</summary>
    public ReadOnlySpan<double> RawView(int row) => views.RawLength == 0 ? Block.Row(_from + row) : View(row, views.Length)[views.TemporalLength..];
}
