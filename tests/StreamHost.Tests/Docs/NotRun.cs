namespace StreamMoe.StreamHost.Tests.Docs;

/// <summary>The shown commands that the tests do not run as they stand, each with its reason.</summary>
internal static class NotRun
{
    private const string Broker = "needs a Kafka broker", Torch = "needs the native libtorch", Installed = "is a line of a systemd unit, with the paths of an installation",
        Named = "only names the command", Checkpoint = "needs the checkpoints of a worker that stood in a consumer group";

    /// <value>Commands of the program by their text.</value>
    public static IReadOnlyDictionary<string, string> Commands { get; } = new Dictionary<string, string>
    {
        ["./streammoe serve --set kafka:bootstrapServers=broker:9092 --set kafka:eventTopic=payments"] = Broker,
        ["./streammoe generate led-abrupt --instances 100000 --kafka broker:9092 --topic events --rate 1000"] = Broker,
        ["./streammoe dead-letters list --set kafka:bootstrapServers=broker:9092"] = Broker,
        ["streammoe dead-letters list --config worker.json --limit 20"] = Broker,
        ["streammoe dead-letters redrive"] = Named,
        ["streammoe replay - --input arff"] = "reads what the reader pipes in; FileFormatsTests do so",
        ["streammoe compare"] = Named,
        ["streammoe replay"] = Named,
        ["streammoe checkpoint restore --config worker.json --learner 0 --generation 17"] = Checkpoint,
        ["/opt/streammoe/streammoe serve --config /etc/streammoe/worker.json"] = Installed,
        ["Torch=cpu ./streammoe serve --set model:preset=moe-data --set model:options:router.device=cpu"] = Torch,
    };

    /// <value>Commands over a million instances or more, which take minutes: a test runs them with <c>--instances 300</c> behind them.</value>
    public static IReadOnlySet<string> Long { get; } = new HashSet<string>
    {
        "./streammoe replay led-gradual --model moe-task",
        "./streammoe replay led-gradual --format json",
        "./streammoe replay led-gradual --report led.html",
        "./streammoe replay led-gradual --label-delay 1000",
        "./streammoe replay sea-abrupt --report sea.html",
        "streammoe replay led-gradual --model moe-data",
        "./streammoe replay rbf-moderate --model adaptive --threads 2",
        "./streammoe compare rbf-fast --models adaptive,adaptive:gating=top1",
        "./streammoe compare led-abrupt led-gradual sea-abrupt sea-gradual rbf-moderate rbf-fast --models adaptive --seeds 1,2,3 --threads 1",
        "./streammoe compare my-data.csv sea-abrupt --models adaptive,adaptive-random-forest:learners=100",
        "./streammoe compare sea-abrupt led-abrupt --models adaptive,hoeffding-tree,majority --report models.html",
    };

    /// <value>Other programs by what their line begins with.</value>
    public static IReadOnlyDictionary<string, string> Programs { get; } = new Dictionary<string, string>
    {
        ["docker "] = "needs Docker; ContainerFilesTests and docker/check try what can be tried without",
        ["docker/check"] = "run by ImageCheckTests",
        ["benchmarks/"] = "measures for minutes to hours; ShownCommandTests checks the script and its options",
        ["dotnet run"] = "a study of minutes to hours; ShownCommandTests checks that there is one of this name",
        ["dotnet publish"] = "publishing as the image does is run by ImageCheckTests, with --single-file too",
        ["dotnet pack"] = "run by LibraryPackageTests",
        ["./test"] = "is what runs this test",
        ["dotnet test"] = "is a part of ./test, which runs this test",
        ["STREAMMOE_TEST_BROKERS=localhost:9092 dotnet test"] = Broker,
        ["STREAMMOE_PROOF=1 dotnet test"] = "takes minutes to an hour; OrderProofTests run the same with fewer kills",
        ["STREAMMOE_UPDATE_API=1 dotnet test"] = "rewrites files of the repository",
    };
}
