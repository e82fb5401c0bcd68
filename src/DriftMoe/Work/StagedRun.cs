namespace StreamMoe.DriftMoe.Work;

/// <summary>Runs units over some rows and a stage after them that needs what all units say of a row, without a meeting of the threads on the way.</summary>
/// <remarks>
/// The rows are cut into pieces. A piece of a unit waits for the piece of that unit before it, a piece of the stage for all units and for the piece
/// of the stage before it. The pieces grow smaller, so that little of the stage is left when the units have ended; a further piece of work, which waits
/// for nothing, may fill that gap. A thread prefers the units that it ran last, whose state its core still holds, before it takes over another's.
/// Few rows, and a single thread, are worked on one unit after the other.
/// </remarks>
internal sealed class StagedRun
{
    // Fewer rows are not worth the threads' meeting.
    private const int LeastRows = 25;

    private const int Stage = -1, Aside = -2, Nothing = -3;

    private readonly WorkRunner _runner;
    private readonly Action<int, int, int> _runUnit;
    private readonly Action<int, int> _runStage;
    private readonly Action? _runAside;
    private readonly Action<int> _runAny;
    private readonly Unit[] _units;
    private readonly Lock _turns = new();
    private int _rows, _stageNext;
    private bool _stageBusy, _asideDue;

    /// <param name="runner">The threads.</param>
    /// <param name="units">Number of units, ≥ 1.</param>
    /// <param name="runUnit">Runs a unit over the rows from the second up to the third number.</param>
    /// <param name="runStage">Runs the stage over the rows from the first up to the second number.</param>
    /// <param name="runAside">The further piece of work; null for none.</param>
    public StagedRun(WorkRunner runner, int units, Action<int, int, int> runUnit, Action<int, int> runStage, Action? runAside = null)
    {
        (_runner, _runUnit, _runStage, _runAside, _runAny) = (runner, runUnit, runStage, runAside, RunAny);
        _units = new Unit[units];
    }

    // Ends of the pieces in hundredths of the rows. A piece of the stage should take no longer than the units' next piece on one thread.
    private static ReadOnlySpan<int> Ends => [40, 68, 88, 100];

    /// <summary>Runs everything, and returns when all is done; without a second thread or with few rows, only what is not beside them.</summary>
    /// <param name="rows">Number of rows.</param>
    public void Run(int rows)
    {
        if (_runner.Threads == 1 || rows < LeastRows)
        {
            for (int unit = 0; unit < _units.Length; unit++) _runUnit(unit, 0, rows);
            _runStage(0, rows);
            return;
        }
        _rows = rows;
        foreach (ref Unit unit in _units.AsSpan()) (unit.Next, unit.Busy) = (0, false);
        (_stageNext, _stageBusy, _asideDue) = (0, false, _runAside is not null);
        _runner.Run((_units.Length + 1) * Ends.Length + (_asideDue ? 1 : 0), _runAny);
    }

    /// <summary>Runs one piece, whichever is best begun now: there is one call a piece.</summary>
    private void RunAny(int turn)
    {
        int what, piece;
        SpinWait wait = default;
        while ((what = Take(out piece)) == Nothing)
            if (wait.NextSpinWillYield) Thread.Yield();
            else wait.SpinOnce(sleep1Threshold: -1);
        int from = piece == 0 ? 0 : _rows * Ends[piece - 1] / 100, end = _rows * Ends[piece] / 100;
        try
        {
            if (what == Aside) _runAside!();
            else if (what == Stage) _runStage(from, end);
            else _runUnit(what, from, end);
        }
        finally
        {
            // Also after a failure, for which the runner throws at the end: the others must not wait for it.
            End(what);
        }
    }

    /// <summary>Chooses what to begin: the stage when it can go on, then the unit furthest behind, one's own before another's.</summary>
    private int Take(out int piece)
    {
        int self = Environment.CurrentManagedThreadId, best = Nothing, bestRank = int.MaxValue, slowest = int.MaxValue;
        lock (_turns)
        {
            for (int n = 0; n < _units.Length; n++)
            {
                ref readonly Unit unit = ref _units[n];
                slowest = Math.Min(slowest, unit.Next);
                int rank = 2 * unit.Next + (unit.Owner == self ? 0 : 2 * Ends.Length);
                if (unit.Busy || unit.Next == Ends.Length || rank >= bestRank) continue;
                (best, bestRank) = (n, rank);
            }
            if (!_stageBusy && _stageNext < slowest && _stageNext < Ends.Length) return BeginStage(out piece);
            piece = 0;
            if (best >= 0)
            {
                (_units[best].Busy, _units[best].Owner) = (true, self);
                piece = _units[best].Next;
            }
            else if (_asideDue)
            {
                _asideDue = false;
                best = Aside;
            }
            return best;
        }
    }

    private int BeginStage(out int piece)
    {
        (_stageBusy, piece) = (true, _stageNext);
        return Stage;
    }

    private void End(int what)
    {
        lock (_turns)
        {
            if (what == Stage) (_stageBusy, _stageNext) = (false, _stageNext + 1);
            else if (what >= 0) (_units[what].Busy, _units[what].Next) = (false, _units[what].Next + 1);
        }
    }

    /// <summary>How far a unit is.</summary>
    private struct Unit
    {
        /// <summary>Its next piece; the present one while it is busy.</summary>
        public int Next;

        /// <summary>True while a thread runs it.</summary>
        public bool Busy;

        /// <summary>The thread that ran it last.</summary>
        public int Owner;
    }
}
