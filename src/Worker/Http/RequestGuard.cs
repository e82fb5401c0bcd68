using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using StreamMoe.Worker.Configuration;
using StreamMoe.Worker.Live;

namespace StreamMoe.Worker.Http;

/// <summary>Who may ask for what: host names, token, pages of other origins, and how large a request may be.</summary>
/// <param name="address">The address that is listened on.</param>
/// <param name="options">The section <c>http</c>.</param>
/// <param name="token">What callers must send; empty for none.</param>
internal sealed class RequestGuard(IPAddress address, HttpOptions options, string token)
{
    /// <summary>Bytes of a request's body at most: 64 KiB.</summary>
    public const int MostBodyBytes = 64 * 1024;

    private readonly string[] _names = options.HostNames.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Puts the checks before the pages.</summary>
    public void AddTo(WebApplication application)
    {
        application.Use(CheckHost);
        application.Use(CheckToken);
        application.Use(CheckChange);
        application.Use(ReadBody);
    }

    private static bool Reads(HttpContext context) => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);

    /// <summary>Without a token a page that had its own name point to this machine (DNS rebinding) could read everything: it says its own name.</summary>
    private Task CheckHost(HttpContext context, RequestDelegate next)
    {
        if (token.Length > 0 || IsOwnName(context.Request.Host.Host)) return next(context);
        return Refuse(context, StatusCodes.Status421MisdirectedRequest, "The worker has no such name. Ask for localhost or its address, list the name in http:hostNames, or set http:token or http:tokenFile.");
    }

    private bool IsOwnName(string host)
    {
        if (host.Length == 0) return true; // HTTP/1.0; browsers always say whom they ask
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || _names.Contains(host, StringComparer.OrdinalIgnoreCase)) return true;
        return IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? literal) && (IPAddress.IsLoopback(literal) || !IPAddress.IsLoopback(address));
    }

    private Task CheckToken(HttpContext context, RequestDelegate next)
    {
        if (token.Length == 0)
        {
            return Reads(context) || IPAddress.IsLoopback(address) ? next(context)
                : Refuse(context, StatusCodes.Status403Forbidden, "This changes something, and the worker listens beyond its own machine without http:token. Set http:token or http:tokenFile, and send 'Authorization: Bearer …'.");
        }
        if (HttpServer.IsHealth(context) || LivePage.IsOpen(context.Request.Path)) return next(context);
        byte[] found = Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString()), wanted = Encoding.UTF8.GetBytes("Bearer " + token);
        if (CryptographicOperations.FixedTimeEquals(found, wanted)) return next(context);
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }

    /// <summary>A page of another origin can send requests here, but says where it is from, and cannot send JSON without asking first.</summary>
    private Task CheckChange(HttpContext context, RequestDelegate next)
    {
        if (Reads(context)) return next(context);
        HttpRequest request = context.Request;
        string origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
            return Refuse(context, StatusCodes.Status403Forbidden, "Changes are not taken from pages of another origin.");
        if (token.Length == 0 && request.ContentType?.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase) != true)
            return Refuse(context, StatusCodes.Status415UnsupportedMediaType, "Without a token, changes are taken as JSON alone: send 'Content-Type: application/json'.");
        return next(context);
    }

    /// <summary>Reads the body whole, so that its size counts whether the page looks at it or not.</summary>
    private static async Task ReadBody(HttpContext context, RequestDelegate next)
    {
        if (context.Request.ContentLength > MostBodyBytes)
        {
            await RefuseLarge(context);
            return;
        }
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
        {
            MemoryStream body = new();
            byte[] piece = new byte[8192];
            try
            {
                for (int count; (count = await context.Request.Body.ReadAsync(piece, context.RequestAborted)) > 0;)
                {
                    body.Write(piece, 0, count);
                    if (body.Length <= MostBodyBytes) continue;
                    await RefuseLarge(context);
                    return;
                }
            }
            catch (BadHttpRequestException e)
            {
                await Refuse(context, e.StatusCode, "The body cannot be read.");
                return;
            }
            body.Position = 0;
            context.Request.Body = body;
        }
        await next(context);
    }

    private static Task RefuseLarge(HttpContext context)
    {
        context.Response.Headers.Connection = "close";
        return Refuse(context, StatusCodes.Status413PayloadTooLarge, $"The body has more than {MostBodyBytes} bytes, the most that is taken.");
    }

    private static Task Refuse(HttpContext context, int code, string text)
    {
        context.Response.StatusCode = code;
        return context.Response.WriteAsync(text + "\n");
    }
}
