namespace StreamMoe.Studies.Cost;

/// <summary>How the cost of an instance grows with experts, classes, attributes and the router's interval.</summary>
internal static class CostStudy
{
    private static readonly string[] s_models = ["naive-bayes", "hoeffding-tree", "moe-data", "adaptive"];

    /// <value>The study.</value>
    public static Study Study { get; } = new("cost", "How the cost of an instance grows with the size of the problem.", "docs/cost.md", Write);

    private static void Write(TextWriter page)
    {
        page.WriteLine($"""
            # What an instance costs

            Microseconds of CPU time to predict and learn an instance, one thread, drawing not counted: the least of three runs of one process, after
            the first tenth of the rows, which is not measured. The *slope* is that of ln cost over ln size by least squares over the whole line: 1 = proportional,
            0 = free. The streams are `rbf` with 50 centroids (more with more classes), seed 1. The page was written by
            ```
            {Study.Command}
            ```
            with {Origin.Text}; {Environment.ProcessorCount} processors. On a machine that does other work besides, figures are too high, by half or more here and there.
            """);
        Curve(page, "Experts", "`moe-data`, router interval 256, the top 3 learn; 20,000 instances of 10 attributes and 5 classes.", [1, 2, 4, 8, 16, 32, 64],
            [("all experts", n => ($"moe-data:experts={n},topK={Math.Min(3, n)}", "rbf:numClasses=5", 20_000)),
             ("with a router of 16 hidden units", n => ($"moe-data:experts={n},topK={Math.Min(3, n)},router.hidden1=16,router.hidden2=0", "rbf:numClasses=5", 20_000))]);
        Curve(page, "Classes", "10 numeric attributes; 10,000 instances.", [2, 5, 10, 20, 50, 100],
            [.. s_models.Select(m => (m, (Func<int, (string, string, int)>)(n => (m, $"rbf:numClasses={n},numCentroids={Math.Max(50, 2 * n)}", 10_000))))]);
        Curve(page, "Attributes", "Numeric attributes, 2 classes; 6,000 instances.", [3, 10, 30, 100, 500],
            [.. s_models.Select(m => (m, (Func<int, (string, string, int)>)(n => (m, $"rbf:numAtts={n}", 6_000))))]);
        Curve(page, "Router interval", "`moe-data`: learned instances from one step of the router to the next; 20,000 instances of 10 attributes and 2 classes. "
            + "Up to 128 the steps are made one after the other on one thread, as the memory for parts is not worth it.", [1, 4, 16, 64, 256, 1024],
            [("moe-data", n => ($"moe-data:router.interval={n}", "rbf", n == 1 ? 6_000 : 20_000))]);
    }

    private static void Curve(TextWriter page, string what, string how, int[] sizes, (string Name, Func<int, (string Model, string Stream, int Rows)> Of)[] lines)
    {
        page.WriteLine();
        page.WriteLine($"## {what}");
        page.WriteLine(how);
        page.WriteLine();
        page.Head(["", .. sizes.Select(s => s.ToString()), "slope"]);
        foreach ((string name, Func<int, (string, string, int)> of) in lines)
        {
            List<(int Size, double Cost)> curve = [];
            foreach (int size in sizes)
            {
                (string model, string stream, int rows) = of(size);
                curve.Add((size, CostRun.MicrosecondsARow(model, stream, rows)));
            }
            page.Row([name, .. curve.Select(p => CostRun.Text(p.Cost)), CostRun.Text(CostRun.Slope(curve))]);
        }
    }
}
