namespace StreamMoe.Worker.Records;

/// <summary>Makes the outputs of learners: transactions in Kafka, plain producing, or nothing but counting.</summary>
internal interface ILearnerOutputs : IDisposable
{
    /// <summary>Takes a learner over: after this no former owner can write for it any more (exactly once). May wait for brokers. Any thread.</summary>
    ILearnerOutput Open(int learner, CancellationToken stop);
}
