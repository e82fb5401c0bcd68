using System.CommandLine;
using System.Globalization;
using System.Net;
using StreamMoe.StreamHost.Arguments;
using StreamMoe.Worker.Configuration;

namespace StreamMoe.StreamHost.Commands;

/// <summary><c>streammoe health</c>: asks a running worker whether it is ready, for health checks of containers that have no curl.</summary>
internal static class HealthCommand
{
    public static Command Create(TextWriter output, IReadOnlyDictionary<string, string> variables)
    {
        ConfigurationSource source = new(variables);
        Option<string?> url = new("--url") { Description = "The worker's address. The default is http:address and http:port of the configuration; 0.0.0.0 is asked at 127.0.0.1.", HelpName = "http://host:port" };
        Option<bool> live = new("--live") { Description = "Ask whether it runs (/health/live) instead of whether it is ready (/health/ready)." };
        Option<int> timeout = CommonOptions.Number("--timeout", "Seconds to wait for an answer.", 5, 1, 600);
        Command command = new("health", "Ask a running worker whether it is ready: exit code 0 if so, 1 if not or if none answers.") { url, live, timeout };
        source.AddTo(command);
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(live) ? "/health/live" : "/health/ready";
            Uri address = parsed.GetValue(url) is { } given ? Parse(given) : AddressOf(source.Read(parsed).Http);
            return Ask(new Uri(address, path), TimeSpan.FromSeconds(parsed.GetValue(timeout)), output);
        });
        return command;
    }

    /// <summary>Where a worker with these options can be reached from its own machine.</summary>
    /// <exception cref="UsageException">The port is any free one, which nobody but the worker knows.</exception>
    internal static Uri AddressOf(HttpOptions options)
    {
        if (options.Port == 0) throw new UsageException("http:port is 0, any free one; give the worker's address by --url.");
        string host = options.Address switch { "0.0.0.0" => "127.0.0.1", "::" => "[::1]", _ when options.Address.Contains(':') => $"[{options.Address}]", _ => options.Address };
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{host}:{options.Port}"));
    }

    private static Uri Parse(string text)
        => Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme == Uri.UriSchemeHttp ? address
            : throw new UsageException($"--url was '{text}'; must be of the form http://host:port.");

    private static int Ask(Uri address, TimeSpan timeout, TextWriter output)
    {
        using HttpClient client = new() { Timeout = timeout };
        try
        {
            using HttpResponseMessage response = client.Send(new HttpRequestMessage(HttpMethod.Get, address));
            using StreamReader reader = new(response.Content.ReadAsStream());
            string answer = reader.ReadToEnd().Trim();
            if (response.StatusCode != HttpStatusCode.OK) throw new InputException($"{address} answered {(int)response.StatusCode}: {answer}");
            output.WriteLine(answer);
            return ExitCode.Done;
        }
        catch (HttpRequestException e)
        {
            throw new InputException($"{address} cannot be reached: {e.GetBaseException().Message}. Is a worker running there (streammoe serve; http:address, http:port)?");
        }
        catch (TaskCanceledException)
        {
            throw new InputException($"{address} did not answer within {timeout.TotalSeconds} s.");
        }
    }
}
