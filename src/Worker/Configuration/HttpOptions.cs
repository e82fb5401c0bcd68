using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
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

    /// <value>Names by which the worker may be asked without a token, separated by commas, besides localhost and addresses; empty (the default) = none.</value>
    [Description("Names by which the worker may be asked without a token, separated by commas, besides localhost and addresses.")]
    public string HostNames { get; init; } = "";

    /// <value>Requests a second from one address that are answered, health checks not among them, in [1, 100,000]; over that: 429. The default is 200.</value>
    [Description("Requests a second from one address that are answered, health checks aside; over that: 429."), Range(1, 100_000)]
    public int RequestsPerSecond { get; init; } = 200;

    /// <summary>Longest token in characters: 4,096.</summary>
    public const int LongestToken = 4096;

    /// <summary>The token, from <see cref="TokenFile"/> when that is set; empty for none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="OptionException">The file holds no token that can be sent.</exception>
    public string ReadToken()
    {
        if (TokenFile.Length == 0) return Token;
        string token = ReadTokenFile();
        return FaultOf(token) is { } fault ? throw new OptionException([$"http:tokenFile was '{TokenFile}', {fault}"]) : token;
    }

    /// <summary>What keeps a token from being one; null when nothing does. The text does not show it.</summary>
    internal static string? FaultOf(string token)
    {
        if (token.Trim().Length == 0) return "which gives no token: it is empty, or blank; give a token, or leave the key out for none.";
        if (token.Length > LongestToken) return $"whose token has {token.Length} characters or more; at most {LongestToken} can be sent.";
        int bad = token.AsSpan().IndexOfAnyExceptInRange('!', '~');
        return bad < 0 ? null : $"whose token cannot be sent in an HTTP header: character {bad + 1} is a blank, a control character or not ASCII; letters, digits and punctuation of ASCII can be.";
    }

    private string ReadTokenFile()
    {
        using StreamReader reader = new(TokenFile);
        char[] text = new char[LongestToken + 3]; // with a line end
        return new string(text, 0, reader.ReadBlock(text)).TrimEnd('\r', '\n');
    }

    private string? FaultOfFile()
    {
        try
        {
            return FaultOf(ReadTokenFile());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"which cannot be read: {e.Message}";
        }
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        if (!IPAddress.TryParse(Address, out _) && Address != "localhost") yield return $"address was '{Address}'; must be an IP address or localhost.";
        if (Token.Length > 0 && TokenFile.Length > 0) yield return "tokenFile was given, and so was http:token; give one of them.";
        if (TokenFile.Length > 0 && !File.Exists(TokenFile)) yield return $"tokenFile was '{TokenFile}'; must be a file that holds the token. Nothing is there.";
        else if (TokenFile.Length > 0 && FaultOfFile() is { } fault) yield return $"tokenFile was '{TokenFile}', {fault}";
        if (Token.Length > 0 && FaultOf(Token) is { } unusable) yield return $"token was given, {unusable}";
    }

    /// <summary>Keeps the token out of logs.</summary>
    protected override bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"Address = {Address}, Port = {Port}, Token = {ConfigurationSecrets.Masked("http:token", Token)}, TokenFile = {TokenFile}, HostNames = {HostNames}, RequestsPerSecond = {RequestsPerSecond}");
        return true;
    }
}
