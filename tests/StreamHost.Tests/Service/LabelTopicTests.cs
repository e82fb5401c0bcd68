using StreamMoe.StreamHost.Tests.Commands;

namespace StreamMoe.StreamHost.Tests.Service;

/// <summary>A topic of its own for late labels.</summary>
public sealed class LabelTopicTests
{
    [Fact]
    public void Serve_LabelTopicWithExactlyOnce_IsRefusedWithTheReasonAndWhatToDo()
    {
        Cli run = Cli.Run("serve", "--set", "kafka:bootstrapServers=127.0.0.1:1", "--set", "kafka:labelTopic=labels");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("kafka:labelTopic was 'labels' while kafka:guarantee is exactly-once; the order in which two topics were read is not part of a transaction yet. "
            + "Leave it empty and send labels on the event topic, or set kafka:guarantee to at-least-once.", run.Error);
    }
}
