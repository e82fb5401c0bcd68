using StreamMoe.Experts.Bayes;
using StreamMoe.Streams;

namespace StreamMoe.Experts.Tests.Bayes;

public sealed class ForgettingNaiveBayesContractTests : ExpertContractTests
{
    protected override IExpert Create(Schema schema) => new ForgettingNaiveBayes(schema.AttributeCount, schema.ClassCount);
}
