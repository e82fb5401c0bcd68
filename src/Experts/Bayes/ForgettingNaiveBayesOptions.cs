using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Bayes;

/// <summary>Options of a <see cref="ForgettingNaiveBayes"/>.</summary>
internal sealed record ForgettingNaiveBayesOptions : OptionSet
{
    /// <value>Weight of its past that a class remembers: instances of a class count as the mean of about so many, in [2, 1,000,000]. The default is 200.</value>
    [Description("Instances that a class remembers."), Range(2, 1_000_000)]
    public int Memory { get; init; } = 200;
}
