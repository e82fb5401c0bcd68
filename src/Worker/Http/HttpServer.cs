using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamMoe.Worker.Configuration;

namespace StreamMoe.Worker.Http;

/// <summary>The worker's HTTP side: live page, metrics, health, status. It listens from start-up on, before any partition is assigned.</summary>
/// <remarks>With <c>http:token</c> set, everything but the health checks and the live page's own files, which hold no data, wants <c>Authorization: Bearer …</c>. Without, requests that change
/// something are answered on this machine's own address alone, and only those that call the worker by a name of this machine (<see cref="RequestGuard"/>).
/// Connections are bounded (<see cref="ConnectionCaps"/>), and requests a second from one address, health checks aside.</remarks>
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
        // Empty: neither files nor variables that lie about may open a port or change a limit.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { Args = [] });
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 2 * RequestGuard.MostBodyBytes; // the guard counts; here the marks between chunks count too
            kestrel.Limits.MaxConcurrentConnections = ConnectionCaps.Most;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(address, options.Port, listener => listener.Use(new ConnectionCaps().Middleware));
        });
        builder.Services.AddSingleton<IHostLifetime, CallersLifetime>();
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging();
        builder.Services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => IsHealth(context)
                ? RateLimitPartition.GetNoLimiter("health")
                : RateLimitPartition.GetFixedWindowLimiter(context.Connection.RemoteIpAddress?.ToString() ?? "", _ => new FixedWindowRateLimiterOptions { PermitLimit = options.RequestsPerSecond, Window = TimeSpan.FromSeconds(1) }));
        });
        WebApplication application = builder.Build();
        application.UseRateLimiter();
        new RequestGuard(address, options, token).AddTo(application);
        map(application);
        try
        {
            await application.StartAsync();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await application.DisposeAsync();
            throw new HttpStartException($"The worker cannot listen on http://{options.Address}:{options.Port}: {e.GetBaseException().Message}. "
                + (e.GetBaseException() is SocketException { SocketErrorCode: SocketError.AddressNotAvailable } ? "Set http:address to an address of this machine, or to 0.0.0.0 for all of them."
                    : e.GetBaseException() is SocketException { SocketErrorCode: SocketError.AccessDenied } ? "Ports below 1024 need rights; set http:port to a higher one."
                    : "Set http:port to a free port, or stop what listens there."), e);
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

    internal static bool IsHealth(HttpContext context) => context.Request.Path.StartsWithSegments("/health");

    /// <summary>The server ends when it is disposed. The console's lifetime, which there would be otherwise, ends it at SIGTERM, and a start with it, while the
    /// worker has batches to commit; and it swallows the signal, for a host that does not look at it.</summary>
    private sealed class CallersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
