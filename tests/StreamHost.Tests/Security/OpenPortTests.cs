using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StreamMoe.StreamHost.Commands;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Security;

/// <summary>A worker listens where its configuration says, and nowhere else.</summary>
[Trait("Category", "Slow")]
public sealed class OpenPortTests
{
    [Fact]
    public void Serve_FilesAndVariablesThatLieAbout_OpenNoPort()
    {
        using TemporaryFolder folder = new();
        int[] ports = [FreePort(), FreePort()];
        folder.Write("appsettings.json", $$$$$"""{"Kestrel":{"Endpoints":{"Other":{"Url":"http://127.0.0.1:{{{{{ports[0]}}}}}"}}}}""");
        ProcessStartInfo start = new("dotnet", [typeof(CommandLine).Assembly.Location, "serve", "--set", "http:port=0"])
        {
            WorkingDirectory = folder.File(""), RedirectStandardError = true,
        };
        start.Environment["Kestrel__Endpoints__More__Url"] = $"http://127.0.0.1:{ports[1]}";
        using Process worker = Process.Start(start)!;
        try
        {
            string? line;
            do line = worker.StandardError.ReadLine();
            while (line is not null && !line.Contains("live page", StringComparison.Ordinal));
            Assert.NotNull(line);
            foreach (int port in ports)
            {
                using TcpClient client = new();
                Assert.Throws<SocketException>(() => client.Connect(IPAddress.Loopback, port));
            }
        }
        finally
        {
            worker.Kill();
            worker.WaitForExit();
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
