using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text;
using StreamMoe.Streams.Options;

namespace StreamMoe.Worker.Configuration;

/// <summary>The worker's HTTP server: live page, metrics, health, status.</summary>
internal sealed record HttpOptions : OptionSet
{
    /// <value>The address to listen on. The default is <c>127.0.0.1</c>: this machine alone.</value>
    [Description("Address to listen on; 0.0.0.0 = all of this machine's.")]
    public string Address { get; init; } = "127.0.0.1";

    /// <value>The port, in [0, 65535]; 0 = any free one. The default is 9464.</value>
    [Description("Port to listen on; 0 = any free one."), Range(0, 65_535)]
    public int Port { get; init; } = 9464;

    /// <value>What callers must send as <c>Authorization: Bearer …</c>; empty (the default) = nothing. A secret.</value>
    [Description("What callers must send as bearer token; empty = nothing. A secret: not by --set.")]
    public string Token { get; init; } = "";

    /// <value>A file that holds the token; empty (the default) = none.</value>
    [Description("A file that holds the token.")]
    public string TokenFile { get; init; } = "";

    /// <value>Requests a second from one address that are answered, health checks not among them, in [1, 100,000]; over that: 429. The default is 200.</value>
    [Description("Requests a second from one address that are answered, health checks aside; over that: 429."), Range(1, 100_000)]
    public int RequestsPerSecond { get; init; } = 200;

    /// <summary>The token, from <see cref="TokenFile"/> when that is set; empty for none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public string ReadToken() => TokenFile.Length > 0 ? File.ReadAllText(TokenFile).TrimEnd('\r', '\n') : Token;

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        if (!IPAddress.TryParse(Address, out _) && Address != "localhost") yield return $"address was '{Address}'; must be an IP address or localhost.";
        if (Token.Length > 0 && TokenFile.Length > 0) yield return "tokenFile was given, and so was http:token; give one of them.";
        if (TokenFile.Length > 0 && !File.Exists(TokenFile)) yield return $"tokenFile was '{TokenFile}'; must be a file that holds the token. Nothing is there.";
        else if (TokenFile.Length > 0 && new FileInfo(TokenFile).Length == 0) yield return $"tokenFile was '{TokenFile}', which is empty; must be a file that holds the token.";
    }

    /// <summary>Keeps the token out of logs.</summary>
    protected override bool PrintMembers(StringBuilder text)
    {
        text.Append($"Address = {Address}, Port = {Port}, Token = {ConfigurationSecrets.Masked("http:token", Token)}, TokenFile = {TokenFile}, RequestsPerSecond = {RequestsPerSecond}");
        return true;
    }
}
