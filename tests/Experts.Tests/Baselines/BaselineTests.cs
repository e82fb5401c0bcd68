using StreamMoe.Experts.Baselines;

namespace StreamMoe.Experts.Tests.Baselines;

public class BaselineTests
{
    [Fact]
    public void MajorityClass_Trained_VotesByWeight()
    {
        MajorityClass expert = new();
        double[] votes = new double[4];
        expert.Predict([], votes);
        Assert.Equal([0, 0, 0, 0], votes);
        expert.Train([], 2, 0.5);
        expert.Train([], 0);
        expert.Train([], 2, 2);
        expert.Predict([], votes);
        Assert.Equal([1, 0, 2.5, 0], votes);
    }

    [Fact]
    public void NoChange_Trained_VotesForTheLastClass()
    {
        NoChange expert = new();
        double[] votes = new double[3];
        expert.Predict([], votes);
        Assert.Equal([0, 0, 0], votes);
        expert.Train([], 2);
        expert.Train([], 1);
        expert.Predict([], votes);
        Assert.Equal([0, 1, 0], votes);
    }
}
