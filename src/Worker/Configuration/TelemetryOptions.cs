using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using StreamMoe.Streams.Options;

namespace StreamMoe.Worker.Configuration;

/// <summary>What a worker sends to a collector of OpenTelemetry. No learning options: nothing that is put out depends on them.</summary>
internal sealed record TelemetryOptions : OptionSet
{
    /// <summary>Longest text of headers in characters: 16,384.</summary>
    public const int LongestHeaders = 16_384;

    /// <value>Address of a collector, as <c>http://collector:4318</c>, to whose <c>/v1/metrics</c> and <c>/v1/traces</c> metrics and spans go
    /// by OTLP over HTTP with protobuf; empty (the default) = nothing is sent.</value>
    [Description("A collector's address, as http://collector:4318, to which metrics and spans are sent (OTLP over HTTP, protobuf); "
        + "empty = nothing is sent.")]
    public string OtlpEndpoint { get; init; } = "";

    /// <value>Headers of these requests, <c>name=value</c> separated by commas or line ends; empty (the default) = none. A secret.</value>
    [Description("Headers of these requests, as name=value,name=value. A secret: not by --set.")]
    public string OtlpHeaders { get; init; } = "";

    /// <value>A file that holds these headers; empty (the default) = none.</value>
    [Description("A file that holds these headers.")]
    public string OtlpHeadersFile { get; init; } = "";

    /// <value>Time between two sendings of the metrics, in [PT1S, PT1H]. The default is PT1M.</value>
    [Description("Time between two sendings of the metrics."), Range(typeof(TimeSpan), "PT1S", "PT1H")]
    public TimeSpan OtlpInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <value>Share of the batches whose span is sent, in [0, 1]. The default is 0.001.</value>
    [Description("Share of the batches whose span is sent."), Range(0.0, 1.0)]
    public double Sample { get; init; } = 0.001;

    /// <value>True when something is sent.</value>
    public bool IsOn => OtlpEndpoint.Length > 0;

    /// <value>True when spans are sent.</value>
    public bool SendsSpans => IsOn && Sample > 0;

    /// <summary>The address of a signal.</summary>
    /// <param name="signal"><c>metrics</c> or <c>traces</c>.</param>
    public Uri AddressOf(string signal) => new($"{OtlpEndpoint.TrimEnd('/')}/v1/{signal}");

    /// <summary>The headers, from <see cref="OtlpHeadersFile"/> when that is set.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IReadOnlyList<KeyValuePair<string, string>> ReadHeaders() => Parse(OtlpHeadersFile.Length > 0 ? ReadFile() : OtlpHeaders, out _);

    /// <inheritdoc/>
    protected override IEnumerable<string> RelationFaults()
    {
        // What may hold credentials is not shown.
        if (IsOn && EndpointFault() is { } fault) yield return $"otlpEndpoint {fault}";
        if (OtlpHeaders.Length > 0 && OtlpHeadersFile.Length > 0)
            yield return "otlpHeadersFile was given, and so was telemetry:otlpHeaders; give one of them.";
        Parse(OtlpHeaders, out string? malformed);
        if (malformed is not null) yield return $"otlpHeaders {malformed}";
        if (OtlpHeadersFile.Length > 0 && FileFault() is { } ofFile) yield return $"otlpHeadersFile was '{OtlpHeadersFile}', {ofFile}";
    }

    /// <summary>Keeps the headers out of logs.</summary>
    protected override bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"OtlpEndpoint = {OtlpEndpoint}, OtlpHeaders = {ConfigurationSecrets.Masked("telemetry:otlpHeaders", OtlpHeaders)}, ");
        text.Append(CultureInfo.InvariantCulture, $"OtlpHeadersFile = {OtlpHeadersFile}, OtlpInterval = {OtlpInterval}, Sample = {Sample}");
        return true;
    }

    private string? EndpointFault()
    {
        const string allowed = "must be the address of a collector, as http://collector:4318 or https://collector/otlp";
        if (!Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
            return $"was no address of HTTP; it {allowed}.";
        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
            return $"holds more than an address: a user, a query or a fragment; it {allowed}. "
                + "Credentials belong in telemetry:otlpHeaders or otlpHeadersFile.";
        string path = address.AbsolutePath.TrimEnd('/');
        return path.EndsWith("/v1/metrics", StringComparison.Ordinal) || path.EndsWith("/v1/traces", StringComparison.Ordinal)
            ? $"was '{OtlpEndpoint}', which is the path of one signal; leave /v1/… out, which is added for metrics and for traces." : null;
    }

    private string? FileFault()
    {
        try
        {
            string text = ReadFile();
            if (text.Length > LongestHeaders) return $"which has more than {LongestHeaders} characters.";
            bool isEmpty = Parse(text, out string? fault).Count == 0;
            if (fault is not null) return $"which {fault}";
            return isEmpty ? "which holds no header; must have lines of name=value." : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"which cannot be read: {e.Message}";
        }
    }

    private string ReadFile()
    {
        using StreamReader reader = new(OtlpHeadersFile);
        char[] text = new char[LongestHeaders + 1];
        return new string(text, 0, reader.ReadBlock(text));
    }

    /// <param name="text">Names and values.</param>
    /// <param name="fault">What is wrong, without a value; null when nothing is.</param>
    private static List<KeyValuePair<string, string>> Parse(string text, out string? fault)
    {
        List<KeyValuePair<string, string>> headers = [];
        fault = null;
        int number = 0;
        foreach (string part in text.Split([',', '\n', '\r'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            number++;
            int equals = part.IndexOf('=');
            string name = equals < 0 ? "" : part[..equals].Trim(), value = part[(equals + 1)..].Trim();
            bool isName = name.Length > 0 && name.All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c));
            if (isName && value.Length > 0 && value.All(static c => c is >= ' ' and <= '~')) headers.Add(KeyValuePair.Create(name, value));
            else fault ??= $"cannot be sent: number {number} is not name=value, with a name of letters, digits and hyphens and a value of ASCII.";
        }
        return headers;
    }
}
