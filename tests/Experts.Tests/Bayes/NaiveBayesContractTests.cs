using StreamMoe.Experts.Bayes;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Tests.Bayes;

public sealed class NaiveBayesContractTests : ExpertContractTests
{
    protected override IExpert Create(Schema schema) => new NaiveBayes(schema);
}
