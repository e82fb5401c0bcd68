using StreamMoe.DriftMoe;
using StreamMoe.DriftMoe.Work;
using StreamMoe.DriftMoe.Presets;
using StreamMoe.Experts.Neural;
using StreamMoe.Experts.State;
using StreamMoe.Streams;
using StreamMoe.Streams.Catalogue;
using StreamMoe.Streams.Options;

namespace StreamMoe.Experts.Torch.Tests;

/// <summary>The backend behind the <c>device</c> option of models.</summary>
[Trait("Category", "Torch")]
public sealed class TorchBackendTests
{
    public TorchBackendTests()
    {
        TorchTesting.RequireLibtorch();
        TorchDevices.Register();
    }

    [Fact]
    public void FaultOf_CudaThatIsNotThere_SaysWhatWasFoundAndWhatToDo()
    {
        if (TorchTesting.Backend.HasAccelerator) Assert.Contains("cuda devices", TorchTesting.Backend.FaultOf("cuda:99"), StringComparison.OrdinalIgnoreCase);
        else
        {
            OptionException fault = Assert.Throws<OptionException>(() => PresetCatalogue.Create("moe-data", [new("router.device", "cuda:1")]));
            Assert.Contains("router.device was 'cuda:1'; no CUDA device was found. Build with -p:Torch=cuda", fault.Message);
        }
    }

    [Fact]
    public void Choose_SmallNet_IsManagedWhateverTheMachine()
    {
        MlpOptions small = new() { Inputs = 24, Hidden = [16], Outputs = 12 };
        Assert.Equal(MlpBackends.Managed, TorchTesting.Backend.Choose(small, 256));
        Assert.IsType<MlpStack>(MlpBackends.Create(small, "auto", 256));
        Assert.IsType<TorchMlpStack>(MlpBackends.Create(small, "cpu", 256));
    }

    [Theory]
    [InlineData("moe-data", "router.device=cpu")]
    [InlineData("moe-task", "router.device=cpu;router.hidden1=32;router.hidden2=16")]
    [InlineData("adaptive", "pool=net:hidden1=16,stepEvery=16,averaged=true,device=cpu forgetting-bayes;router.device=cpu")]
    public void Learner_OnADevice_LearnsAsWellAndItsStateIsReadByManaged(string model, string settings)
    {
        KeyValuePair<string, string>[] options = [.. settings.Split(';').Select(s => s.Split('=', 2)).Select(p => KeyValuePair.Create(p[0], p[1]))];
        LearnerPreset torch = PresetCatalogue.Create(model, options);
        LearnerPreset managed = PresetCatalogue.Create(model, options.Select(o => KeyValuePair.Create(o.Key, o.Value.Replace("cpu", "managed"))));
        Assert.False(torch.IsBitExact);
        Assert.True(managed.IsBitExact);
        Assert.Equal(managed.LearningOptions, torch.LearningOptions);

        const int rows = 3000;
        using WorkRunner work = new(2);
        (ILearner first, double byTorch) = Run(torch, rows, work);
        (ILearner second, double byManaged) = Run(managed, rows, work);
        Assert.InRange(byTorch, byManaged - 0.03, byManaged + 0.03);

        byte[] state = Saved(first);
        second.Load(new StateReader(new MemoryStream(state)));
        Assert.Equal(state, Saved(second));
    }

    private static (ILearner Learner, double Accuracy) Run(LearnerPreset preset, int rows, WorkRunner work)
    {
        using InstanceStream stream = StreamCatalogue.Open("sea", 1);
        ILearner learner = preset.Create(stream.Schema, 1, work);
        InstanceBlock block = new(stream.Schema.AttributeCount, 500);
        Predictions predictions = new(500);
        int right = 0, seen = 0;
        while (seen < rows)
        {
            block.Clear();
            stream.Fill(block);
            learner.Process(block, predictions);
            for (int i = 0; i < block.Count; i++, seen++)
                if (predictions.Classes[i] == block.Labels[i]) right++;
        }
        return (learner, (double)right / seen);
    }

    private static byte[] Saved(ILearner learner)
    {
        using MemoryStream stream = new();
        learner.Save(new StateWriter(stream));
        return stream.ToArray();
    }
}
