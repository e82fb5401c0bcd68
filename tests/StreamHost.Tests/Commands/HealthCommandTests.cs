using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using StreamMoe.StreamHost.Commands;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Http;

namespace StreamMoe.StreamHost.Tests.Commands;

/// <summary><c>streammoe health</c>.</summary>
public sealed class HealthCommandTests
{
    [Fact]
    public async Task Health_Ready_PrintsTheAnswerAndExitsWithZero()
    {
        await using HttpServer server = await Answering(StatusCodes.Status200OK, "ready\n");
        Cli run = Cli.Run("health", "--url", server.Address);

        Assert.Equal((0, "ready", ""), (run.ExitCode, run.Output.Trim(), run.Error));
    }

    [Fact]
    public async Task Health_NotReady_ExitsWithOneAndSaysWhy()
    {
        await using HttpServer server = await Answering(StatusCodes.Status503ServiceUnavailable, "restoring\n");
        Cli run = Cli.Run("health", "--url", server.Address);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("answered 503: restoring", run.Error);
    }

    [Fact]
    public async Task Health_Live_AsksWhetherItRuns()
    {
        await using HttpServer server = await Answering(StatusCodes.Status503ServiceUnavailable, "restoring\n");
        Cli run = Cli.Run("health", "--live", "--url", server.Address);

        Assert.Equal((0, "live"), (run.ExitCode, run.Output.Trim()));
    }

    [Fact]
    public async Task Health_NoUrl_AsksWhereTheConfigurationSays()
    {
        await using HttpServer server = await Answering(StatusCodes.Status200OK, "ready\n");
        Dictionary<string, string> variables = new() { ["STREAMMOE__HTTP__PORT"] = new Uri(server.Address).Port.ToString(), ["STREAMMOE__HTTP__ADDRESS"] = "0.0.0.0" };

        Assert.Equal(0, Cli.RunWith(variables, "health").ExitCode);
    }

    [Fact]
    public async Task Health_NobodyListens_ExitsWithOneAndSaysWhere()
    {
        string address;
        await using (HttpServer server = await Answering(StatusCodes.Status200OK, "ready\n")) address = server.Address;
        Cli run = Cli.Run("health", "--url", address);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(address, run.Error);
        Assert.Contains("cannot be reached", run.Error);
    }

    [Theory]
    [InlineData("health --url localhost", "--url was 'localhost'; must be of the form http://host:port.")]
    [InlineData("health --set http:port=0", "http:port is 0, any free one; give the worker's address by --url.")]
    [InlineData("health --timeout 0", "--timeout was 0; must be in [1, 600].")]
    public void Health_WrongArguments_ExitCodeTwoAndHelpfulText(string arguments, string expected)
    {
        Cli run = Cli.Run(arguments.Split(' '));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error);
    }

    [Theory]
    [InlineData("127.0.0.1", "http://127.0.0.1:8080/")]
    [InlineData("0.0.0.0", "http://127.0.0.1:8080/")]
    [InlineData("10.1.2.3", "http://10.1.2.3:8080/")]
    [InlineData("localhost", "http://localhost:8080/")]
    [InlineData("::", "http://[::1]:8080/")]
    [InlineData("fd00::1", "http://[fd00::1]:8080/")]
    public void AddressOf_ListeningAddress_IsOneThatCanBeAsked(string listens, string asked)
        => Assert.Equal(asked, HealthCommand.AddressOf(new HttpOptions { Address = listens, Port = 8080 }).ToString());

    private static Task<HttpServer> Answering(int status, string text) => HttpServer.StartAsync(new HttpOptions { Port = 0 }, application =>
    {
        application.MapGet("/health/live", static context => context.Response.WriteAsync("live\n"));
        application.MapGet("/health/ready", context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(text);
        });
    });
}
