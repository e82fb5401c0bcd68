using System.Globalization;

namespace StreamMoe.Worker.Tests.Order;

/// <summary>Random cases of arrivals, commits, kills, old checkpoints, two owners at once, late labels on both topics and partitions that are added: outputs and
/// state are what a replay of the logs by the order log gives, and every record is in the order once.</summary>
public sealed class OrderProofTests(ITestOutputHelper output)
{
    [Fact]
    public void RandomCases_Few() => Run(120);

    [Fact, Trait("Category", "Slow")]
    public void RandomCases_Many() => Run(2000);

    private void Run(int cases)
    {
        (long records, long orders, long kills, long fenced) = (0, 0, 0, 0);
        int first = Environment.GetEnvironmentVariable("STREAMMOE_CASE") is { } one ? int.Parse(one, CultureInfo.InvariantCulture) : 0;
        for (int seed = first; seed < (first > 0 ? first + 1 : cases); seed++)
        {
            OrderCase drawn = new(seed);
            try
            {
                drawn.Play();
                drawn.Check();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Case {seed} failed; STREAMMOE_CASE={seed} runs it alone. {e.Message}", e);
            }
            (records, orders, kills, fenced) = (records + drawn.RecordCount, orders + drawn.OrderCount, kills + drawn.Kills, fenced + drawn.Fenced);
        }
        output.WriteLine($"{cases} cases: {records} records, {orders} order records, {kills} kills, {fenced} owners that were fenced or passed over.");
        Assert.True(first > 0 || (kills > cases / 2 && fenced > cases / 20), $"{kills} kills, {fenced} fenced");
    }
}
