namespace StreamMoe.Streams.Generators;

/// <summary>The ten rules by which <see cref="AgrawalGenerator"/> puts a person into group A.</summary>
/// <remarks>Source: Agrawal, Imielinski, Swami 1993, <i>Database mining: a performance perspective</i>, appendix.</remarks>
internal static class AgrawalFunctions
{
    // Lower ends of salary intervals 50,000 wide and of loan intervals 200,000 wide, by age band (below 40, below 60, above).
    private static readonly double[] s_salary = [50_000, 75_000, 25_000];
    private static readonly double[] s_salaryOfEducated = [25_000, 50_000, 50_000];
    private static readonly double[] s_loan = [100_000, 200_000, 300_000];
    private static readonly double[] s_loanOfOthers = [200_000, 300_000, 100_000];

    /// <summary>Whether a person belongs to group A.</summary>
    /// <param name="function">In [1, 10].</param>
    /// <param name="p">The nine features before noise.</param>
    public static bool IsGroupA(int function, ReadOnlySpan<double> p)
    {
        double salary = p[0];
        double commission = p[1];
        double elevel = p[3];
        double loan = p[8];
        int band = p[2] < 40 ? 0 : p[2] < 60 ? 1 : 2;
        return function switch
        {
            1 => band != 1,
            2 => IsIn(salary, s_salary[band], 50_000),
            3 => IsEducated(band, elevel),
            4 => IsIn(salary, (IsEducated(band, elevel) ? s_salaryOfEducated : s_salary)[band], 50_000),
            5 => IsIn(loan, (IsIn(salary, s_salary[band], 50_000) ? s_loan : s_loanOfOthers)[band], 200_000),
            6 => IsIn(salary + commission, s_salary[band], 50_000),
            7 => 2 * (salary + commission) / 3 - loan / 5 - 20_000 > 0,
            8 => 2 * (salary + commission) / 3 - 5_000 * elevel - 20_000 > 0,
            9 => 2 * (salary + commission) / 3 - 5_000 * elevel - loan / 5 - 10_000 > 0,
            _ => 2 * (salary + commission) / 3 - 5_000 * elevel + Equity(p[6], p[7]) / 5 - 10_000 > 0,
        };
    }

    private static bool IsIn(double value, double low, double width) => value >= low && value <= low + width;

    /// <summary>Whether the level of education is the usual one of the age band: {0, 1}, {1, 2, 3}, {2, 3, 4}.</summary>
    private static bool IsEducated(int band, double elevel) => band switch
    {
        0 => elevel <= 1,
        1 => elevel is >= 1 and <= 3,
        _ => elevel >= 2,
    };

    private static double Equity(double hvalue, double hyears) => hyears < 20 ? 0 : hvalue * (hyears - 20) / 10;
}
