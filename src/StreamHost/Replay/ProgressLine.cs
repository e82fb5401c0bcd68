using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using StreamMoe.DriftMoe;
using StreamMoe.StreamHost.Terminal;

namespace StreamMoe.StreamHost.Replay;

/// <summary>Shows where a replay is, over and over in the same place; silent when the writer is not a terminal.</summary>
/// <param name="view">Where it is shown: one line on a plain terminal, two on a rich one.</param>
/// <param name="total">Instances to come altogether; 0 or <see cref="long.MaxValue"/> when that is not known.</param>
/// <param name="title">Stands before everything else; empty for nothing.</param>
internal sealed class ProgressLine(TerminalView view, long total, string title = "")
{
    private const int BarWidth = 24, SparkWidth = 24;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly bool _hasTotal = total is > 0 and < long.MaxValue;
    private IAnsiConsole? _canvas;
    private long _last = Stopwatch.GetTimestamp(), _first = -1;
    private int _width;

    /// <summary>Shows where the replay is, at most five times a second.</summary>
    public void Show(ReplaySession session)
    {
        if (view.Kind == TerminalKind.None) return;
        if (_first < 0) _first = session.Position - session.LastBlock.Count;
        if (Stopwatch.GetElapsedTime(_last) < Interval) return;
        _last = Stopwatch.GetTimestamp();
        Draw(session, (session.Position - _first) / Stopwatch.GetElapsedTime(_start).TotalSeconds);
    }

    /// <summary>Shows where the replay is, now.</summary>
    /// <param name="session">The replay.</param>
    /// <param name="rate">Events a second.</param>
    internal void Draw(ReplaySession session, double rate)
    {
        if (view.Kind == TerminalKind.Plain) DrawPlain(session, rate);
        else DrawRich(session, rate);
        view.Writer.Flush();
    }

    /// <summary>Takes it away.</summary>
    public void Clear()
    {
        if (_width == 0) return;
        view.Writer.Write(view.Kind == TerminalKind.Rich ? "\r\x1b[2K\x1b[1A\x1b[2K" : '\r' + new string(' ', _width) + '\r');
        view.Writer.Flush();
        _width = 0;
    }

    private void DrawPlain(ReplaySession session, double rate)
    {
        int room = view.Width - 1;
        // A long title leaves room for the position.
        string name = title.Length > room - 24 ? title[..(room - 25)] + "…" : title;
        string line = Joined(room, [name, Place(session), Percent(session.Window.Accuracy), Rate(rate), .. Pool(session)]);
        view.Writer.Write('\r' + line.PadRight(_width));
        _width = line.Length;
    }

    private void DrawRich(ReplaySession session, double rate)
    {
        _canvas ??= view.Canvas();
        int room = view.Width - 1;
        if (_width > 0) view.Writer.Write("\r\x1b[1A\x1b[2K");
        string place = Place(session), left = Left(session, rate);
        if (_hasTotal)
        {
            double part = Math.Min(1, session.Position / (double)total);
            int bar = Math.Clamp(room - place.Length - 14, 10, BarWidth), full = (int)(bar * part);
            _canvas.Write(new Markup($"[blue]{new string('━', full)}[/][dim]{new string('━', bar - full)}[/] {(100 * part).ToString("0", CultureInfo.InvariantCulture),3} %  "));
            room -= bar + 8;
        }
        string rest = Joined(room, _hasTotal ? [place, left, title] : [title, place]);
        _canvas.Write(new Markup(Markup.Escape(rest)));
        view.Writer.Write("\n\x1b[2K");
        string spark = CurveColumns.Sparkline(CurveColumns.LowestOf(session.Curve, SparkWidth));
        string accuracy = Percent(session.Window.Accuracy);
        string figures = Joined(view.Width - 4 - accuracy.Length - spark.Length, [Rate(rate), .. Pool(session)]);
        _canvas.Write(new Markup($"[bold]{Markup.Escape(accuracy)}[/] [blue]{spark}[/]{(spark.Length > 0 ? "  " : " ")}{Markup.Escape(figures)}"));
        _width = 1;
    }

    /// <summary>As many parts as there is room for, from the first on; of the first, its beginning at least.</summary>
    private static string Joined(int room, params string[] parts)
    {
        string line = "";
        foreach (string part in parts.Where(p => p.Length > 0))
        {
            string longer = line.Length == 0 ? part : $"{line}  ·  {part}";
            if (longer.Length > room) return line.Length > 0 ? line : part[..Math.Max(0, room)];
            line = longer;
        }
        return line;
    }

    private string Place(ReplaySession session) => Text($"{session.Position:N0}") + (_hasTotal ? Text($" of {total:N0}") : "");

    private static string Rate(double rate) => Text($"{rate:N0} events/s");

    private string Left(ReplaySession session, double rate)
    {
        if (!_hasTotal || rate <= 0) return "";
        TimeSpan left = TimeSpan.FromSeconds((total - session.Position) / rate);
        return left.TotalSeconds < 60 ? Text($"{left.TotalSeconds:0} s left") : Text($"{(int)left.TotalMinutes}:{left.Seconds:00} left");
    }

    private static string[] Pool(ReplaySession session)
    {
        int experts = session.Learner.ExpertCount;
        long drifts = session.History.MixtureDrifts;
        return [$"{experts} expert{(experts == 1 ? "" : "s")}", drifts == 0 ? "" : Text($"{drifts:N0} drift{(drifts == 1 ? "" : "s")}")];
    }

    private static string Percent(double? ratio) => ratio is { } value ? Text($"accuracy {value * 100:0.0} %") : "accuracy –";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
