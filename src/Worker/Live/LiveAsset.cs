using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace StreamMoe.Worker.Live;

/// <summary>A file of the page: it is in the assembly, so nothing is installed beside it and nothing is fetched from elsewhere.</summary>
internal sealed class LiveAsset
{
    private readonly byte[] _content;
    private readonly string _type, _tag;

    private LiveAsset(byte[] content, string type)
        => (_content, _type, _tag) = (content, type, $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12))}\"");

    /// <value>All files by name.</value>
    public static IReadOnlyDictionary<string, LiveAsset> All { get; } = new Dictionary<string, LiveAsset>
    {
        ["index.html"] = Read("index.html", "text/html; charset=utf-8"),
        ["live.css"] = Read("live.css", "text/css; charset=utf-8"),
        ["charts.css"] = Read("charts.css", "text/css; charset=utf-8"),
        ["uPlot.min.css"] = Read("uPlot.min.css", "text/css; charset=utf-8"),
        ["live.js"] = Read("live.js", "text/javascript; charset=utf-8"),
        ["charts.js"] = Read("charts.js", "text/javascript; charset=utf-8"),
        ["charts.pool.js"] = Read("charts.pool.js", "text/javascript; charset=utf-8"),
        ["uPlot.iife.min.js"] = Read("uPlot.iife.min.js", "text/javascript; charset=utf-8"),
        ["uPlot.LICENSE.txt"] = Read("uPlot.LICENSE.txt", "text/plain; charset=utf-8"),
        ["icon.svg"] = Read("icon.svg", "image/svg+xml"),
    };

    /// <summary>Answers with the file, or with 304 when the caller has it already.</summary>
    public Task SendAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.Headers.ContentSecurityPolicy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.ETag = _tag;
        response.Headers.CacheControl = "no-cache";
        if (context.Request.Headers.IfNoneMatch.Contains(_tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        response.ContentType = _type;
        response.ContentLength = _content.Length;
        return response.Body.WriteAsync(_content).AsTask();
    }

    private static LiveAsset Read(string name, string type)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("assets/" + name)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return new LiveAsset(content, type);
    }
}
