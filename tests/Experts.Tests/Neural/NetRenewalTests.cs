using StreamMoe.Experts.Neural;
using StreamMoe.Experts.Randomness;
using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Tests.Neural;

/// <summary>Shrink and perturb: what moves, what stays, and that it is a function of seed and state.</summary>
public sealed class NetRenewalTests
{
    private const int Inputs = 6;

    [Fact]
    public void ShrinkAndPerturb_AveragedWeightsStay_PresentOnesMove()
    {
        NetExpert net = Trained(new NetExpertOptions { Hidden1 = 16, Hidden2 = 8, Averaged = true });
        double[] before = Votes(net), after;
        net.ShrinkAndPerturb(0.8);
        after = Votes(net);
        Assert.NotEqual(before[0], after[0]);
        Assert.Equal(before[2..], after[2..]);
    }

    [Theory]
    [InlineData(0, 0.8)]
    [InlineData(16, 1)]
    public void ShrinkAndPerturb_LinearNetOrKeepAll_ChangesNothing(int hidden, double keep)
    {
        NetExpert net = Trained(new NetExpertOptions { Hidden1 = hidden });
        byte[] before = Bytes(net);
        net.ShrinkAndPerturb(keep);
        Assert.Equal(before, Bytes(net));
    }

    [Fact]
    public void ShrinkAndPerturb_KeepNothing_IsAFreshNetWithTheLearnedMoments()
    {
        NetExpert net = Trained(new NetExpertOptions { Hidden1 = 400 });
        net.ShrinkAndPerturb(0);
        double[] votes = Votes(net);
        // Outputs of fresh weights on a row of length one: near even, as before anything was learned.
        Assert.InRange(votes[0], 0.05, 0.95);
        NetExpert fresh = new(Inputs, 2, new NetExpertOptions { Hidden1 = 400 }, seed: 1);
        Assert.NotEqual(Votes(fresh), votes);
    }

    [Fact]
    public void ShrinkAndPerturb_Twice_DrawsOtherNumbers()
    {
        NetExpert once = Trained(new NetExpertOptions { Hidden1 = 8 }), twice = Trained(new NetExpertOptions { Hidden1 = 8 });
        once.ShrinkAndPerturb(0);
        twice.ShrinkAndPerturb(0);
        Assert.Equal(Bytes(once), Bytes(twice));
        twice.ShrinkAndPerturb(0);
        Assert.NotEqual(Votes(once), Votes(twice));
    }

    [Fact]
    public void Load_BetweenRenewals_GoesOnWithTheSameBits()
    {
        NetExpertOptions options = new() { Hidden1 = 8, Hidden2 = 8, Averaged = true, StepEvery = 4 };
        NetExpert whole = Trained(options, 301), restored = new(Inputs, 2, options, seed: 1);
        whole.ShrinkAndPerturb(0.8);
        restored.Load(new StateReader(new MemoryStream(Bytes(whole))));
        foreach (NetExpert net in (NetExpert[])[whole, restored])
        {
            Train(net, 50, seed: 8);
            net.ShrinkAndPerturb(0.8);
            Train(net, 50, seed: 9);
        }
        Assert.Equal(Bytes(whole), Bytes(restored));
    }

    [Fact]
    public void ShrinkAndPerturb_ConceptAfterConcept_LearnsTheNextOneBetter()
    {
        int[] wrong = new int[2];
        NetExpert aged = new(Inputs, 2, new NetExpertOptions { Hidden1 = 64 }, seed: 1), renewed = new(Inputs, 2, new NetExpertOptions { Hidden1 = 64 }, seed: 1);
        SeededRandom random = new(2);
        double[] rule = new double[Inputs], row = new double[Inputs], votes = new double[2];
        const int concepts = 150, rows = 400;
        for (int concept = 0; concept < concepts; concept++)
        {
            for (int a = 0; a < Inputs; a++) rule[a] = random.NextGaussian();
            for (int i = 0; i < rows; i++)
            {
                double side = 0;
                for (int a = 0; a < Inputs; a++) side += rule[a] * (row[a] = random.NextGaussian());
                int label = side > 0 ? 1 : 0;
                foreach ((NetExpert net, int which) in ((NetExpert, int)[])[(aged, 0), (renewed, 1)])
                {
                    net.PredictThenTrain(row, label, 1, votes);
                    if (concept >= concepts / 2 && votes[1] > votes[0] != (label == 1)) wrong[which]++;
                }
            }
            renewed.ShrinkAndPerturb(0.8);
        }
        Assert.True(wrong[1] < 0.95 * wrong[0], string.Join(" ", wrong));
    }

    [Theory, InlineData(-0.1), InlineData(1.1), InlineData(double.NaN)]
    public void ShrinkAndPerturb_OutOfRange_Throws(double keep)
        => Assert.Contains("must be in [0, 1]", Assert.Throws<ArgumentOutOfRangeException>(() => new NetExpert(2, 2).ShrinkAndPerturb(keep)).Message);

    private static NetExpert Trained(NetExpertOptions options, int rows = 300)
    {
        NetExpert net = new(Inputs, 2, options, seed: 1);
        Train(net, rows, seed: 7);
        return net;
    }

    private static void Train(NetExpert net, int rows, ulong seed)
    {
        SeededRandom random = new(seed);
        double[] row = new double[Inputs];
        for (int i = 0; i < rows; i++)
        {
            for (int a = 0; a < Inputs; a++) row[a] = random.NextGaussian();
            net.Train(row, row[0] + row[1] > 0 ? 1 : 0);
        }
    }

    private static double[] Votes(NetExpert net)
    {
        double[] votes = new double[2 * net.OutputCount];
        net.Predict([0.5, -0.2, 0.1, 0.7, -0.4, 0.2], votes);
        return votes;
    }

    private static byte[] Bytes(NetExpert net)
    {
        using MemoryStream bytes = new();
        net.Save(new StateWriter(bytes));
        return bytes.ToArray();
    }
}
