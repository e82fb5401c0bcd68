using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using StreamMoe.StreamHost.Configuration;

namespace StreamMoe.StreamHost.Http;

/// <summary>The worker's HTTP side: live page, metrics, health, status. It listens from start-up on, before any partition is assigned.</summary>
/// <remarks>With <c>http:token</c> set, everything but the health checks wants <c>Authorization: Bearer …</c>.</remarks>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private HttpServer(WebApplication application) => _application = application;

    /// <summary>The address that is listened on, with the true port when 0 was asked for.</summary>
    public string Address => _application.Urls.First();

    /// <summary>Starts to listen.</summary>
    /// <param name="options">Address, port, token.</param>
    /// <param name="map">Adds the pages.</param>
    /// <exception cref="HttpStartException">The port is taken, or the address is not this machine's.</exception>
    public static async Task<HttpServer> StartAsync(HttpOptions options, Action<WebApplication> map)
    {
        IPAddress address = options.Address == "localhost" ? IPAddress.Loopback : IPAddress.Parse(options.Address);
        string token = options.ReadToken();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Listen(address, options.Port);
        });
        WebApplication application = builder.Build();
        if (token.Length > 0) application.Use((context, next) => Authorise(context, next, token));
        map(application);
        try
        {
            await application.StartAsync();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await application.DisposeAsync();
            throw new HttpStartException($"The worker cannot listen on http://{options.Address}:{options.Port}: {e.GetBaseException().Message}. "
                + "Set http:port to a free port, or stop what listens there.", e);
        }
        return new HttpServer(application);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource soon = new(TimeSpan.FromSeconds(2));
        await _application.StopAsync(soon.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _application.DisposeAsync();
    }

    private static Task Authorise(HttpContext context, RequestDelegate next, string token)
    {
        if (context.Request.Path.StartsWithSegments("/health")) return next(context);
        byte[] found = Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString()), wanted = Encoding.UTF8.GetBytes("Bearer " + token);
        if (CryptographicOperations.FixedTimeEquals(found, wanted)) return next(context);
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }
}
