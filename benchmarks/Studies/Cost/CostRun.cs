using System.Globalization;
using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

namespace StreamMoe.Studies.Cost;

/// <summary>What an instance costs a model: CPU time of predicting and learning it, drawing it not counted.</summary>
internal static class CostRun
{
    private const int Block = 256, Repetitions = 3;

    /// <summary>Microseconds of CPU time an instance on one thread: the least of three runs over the same rows, after a tenth of them unmeasured.</summary>
    public static double MicrosecondsARow(string model, string stream, int rows)
    {
        double least = double.PositiveInfinity;
        for (int run = 0; run < Repetitions; run++) least = Math.Min(least, Once(model, stream, rows));
        return least;
    }

    /// <summary>Slope of ln cost over ln size by least squares: 1 = proportional, 0 = free.</summary>
    public static double Slope(IReadOnlyList<(int Size, double Cost)> curve)
    {
        double meanX = curve.Average(p => Math.Log(p.Size)), meanY = curve.Average(p => Math.Log(p.Cost));
        return curve.Sum(p => (Math.Log(p.Size) - meanX) * (Math.Log(p.Cost) - meanY)) / curve.Sum(p => Math.Pow(Math.Log(p.Size) - meanX, 2));
    }

    /// <summary>A number with three digits that count.</summary>
    public static string Text(double value) => value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static double Once(string model, string text, int rows)
    {
        using InstanceStream stream = StreamCatalogue.Open(text);
        using WorkRunner work = new(1);
        ILearner learner = PresetCatalogue.Parse(model).Create(stream.Schema, 1, work);
        InstanceBlock block = new(stream.Schema.AttributeCount, Block);
        Predictions predictions = new(Block);
        TimeSpan spent = TimeSpan.Zero;
        int measured = 0;
        for (int row = 0; row < rows; row += Block)
        {
            block.Clear();
            stream.Fill(block);
            TimeSpan before = Environment.CpuUsage.TotalTime;
            learner.Process(block, predictions);
            if (row < rows / 10) continue;
            spent += Environment.CpuUsage.TotalTime - before;
            measured += block.Count;
        }
        return spent.TotalMicroseconds / measured;
    }
}
