using StreamMoe.Experts.Bayes;
using StreamMoe.Experts.Trees;

namespace StreamMoe.Experts.Tests.Bayes;

public class NaiveBayesTests
{
    [Fact]
    public void PredictThenTrain_AnyStream_VotesAsATreeThatNeverSplits()
    {
        NaiveBayes bayes = new(TestStream.Schema);
        HoeffdingTree tree = new(TestStream.Schema, new HoeffdingTreeOptions { GracePeriod = int.MaxValue, LeafPrediction = LeafPrediction.NaiveBayes });
        double[] features = new double[TestStream.AttributeCount], votes = new double[TestStream.VoteLength], expected = new double[TestStream.VoteLength];
        TestStream stream = new(1) { Missing = 0.05, Weighted = true, LateFrom = 1000 };
        for (int i = 0; i < 3000; i++)
        {
            int label = stream.Next(features, out double weight);
            bayes.PredictThenTrain(features, label, weight, votes);
            tree.PredictThenTrain(features, label, weight, expected);
            if (i > 0) Assert.Equal(expected, votes);
        }
    }

    [Fact]
    public void Predict_NominalAttribute_IsPriorTimesSmoothedShare()
    {
        NaiveBayes bayes = new(TestStream.Schema);
        double[] nothing = [double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN], value = [.. nothing], votes = new double[3];
        value[3] = 4;
        bayes.Train(value, 0);
        bayes.Train(nothing, 0);
        value[3] = 0;
        bayes.Train(value, 0);
        bayes.Train(value, 2);
        bayes.Predict(value, votes);
        Assert.Equal([0.75 * (2.0 / 7), 0, 0.25 * (2.0 / 2)], votes);
        value[3] = 3;
        bayes.Predict(value, votes);
        Assert.Equal([0.75 * (1.0 / 7), 0, 0.25 * (1.0 / 2)], votes);
    }
}
