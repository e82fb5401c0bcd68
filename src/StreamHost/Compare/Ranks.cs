namespace StreamMoe.StreamHost.Compare;

/// <summary>Ranks of models on a stream: 1 for the largest value; equal values share the mean of their ranks.</summary>
internal static class Ranks
{
    /// <summary>Ranks the values.</summary>
    /// <param name="values">One value a model, no NaN; larger is better. Values are equal when all their bits are.</param>
    /// <returns>Ranks in the order of the values, each in [1, count]; their sum is count·(count + 1)/2.</returns>
    public static double[] Of(IReadOnlyList<double> values)
    {
        double[] ranks = new double[values.Count];
        for (int i = 0; i < ranks.Length; i++)
        {
            int better = 0, equal = 0;
            foreach (double other in values)
            {
                if (other > values[i]) better++;
                else if (other == values[i]) equal++;
            }
            ranks[i] = better + (equal + 1) / 2.0;
        }
        return ranks;
    }

    /// <summary>Mean of each model's ranks over the streams.</summary>
    /// <param name="rows">One row of values a stream, all as long as there are models; at least one row.</param>
    public static double[] MeanOver(IReadOnlyList<IReadOnlyList<double>> rows)
    {
        double[] sums = new double[rows[0].Count];
        foreach (IReadOnlyList<double> row in rows)
        {
            double[] ranks = Of(row);
            for (int m = 0; m < sums.Length; m++) sums[m] += ranks[m];
        }
        return [.. sums.Select(sum => sum / rows.Count)];
    }
}
