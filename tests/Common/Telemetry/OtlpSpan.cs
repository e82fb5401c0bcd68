namespace StreamMoe.Tests.Common.Telemetry;

/// <summary>One span in a request for traces.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parent">Id of its parent, in hexadecimal; empty for none.</param>
/// <param name="Attributes">Its attributes.</param>
/// <param name="Links">Trace and span that it links to, each as <c>trace-span</c> in hexadecimal.</param>
internal sealed record OtlpSpan(string Name, string Parent, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<string> Links)
{
    /// <summary>Reads an ExportTraceServiceRequest.</summary>
    public static IReadOnlyList<OtlpSpan> Read(byte[] body)
        => [.. new ProtobufFields(body).Messages(1).SelectMany(resource => resource.Messages(2)).SelectMany(scope => scope.Messages(2)).Select(span => new OtlpSpan(span.Text(5),
            Convert.ToHexStringLower(span.Bytes(4)), span.Attributes(9), [.. span.Messages(13).Select(l => $"{Convert.ToHexStringLower(l.Bytes(1))}-{Convert.ToHexStringLower(l.Bytes(2))}")]))];
}
