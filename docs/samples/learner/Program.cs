using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Evaluation;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.DriftMoe.Work;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;

using InstanceStream stream = StreamCatalogue.Open("sea-abrupt", seed: 1);            // or instances of your own, by a Schema
using WorkRunner work = new(threads: 1);
ILearner learner = PresetCatalogue.Create("adaptive", []).Create(stream.Schema, seed: 1, work);
InstanceBlock block = new(stream.Schema.AttributeCount, capacity: 64);
Predictions predictions = new(capacity: 64);
PrequentialEvaluator score = new(stream.Schema.ClassCount);
while (learner.Learned < 20_000)
{
    block.Clear();
    stream.Fill(block);
    learner.Process(block, predictions);                                              // each row is predicted, then learned
    for (int row = 0; row < block.Count; row++) score.Add(block.Labels[row], predictions.Classes[row]);
}

Console.WriteLine($"{score.Results} instances, accuracy {score.Accuracy:P1}, majority {score.MajorityAccuracy:P1}, {learner.ExpertCount} experts");
