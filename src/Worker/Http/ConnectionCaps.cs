using System.Net;
using Microsoft.AspNetCore.Connections;

namespace StreamMoe.Worker.Http;

/// <summary>Bounds the connections of one address, so that nobody alone can use up those that there are.</summary>
internal sealed class ConnectionCaps
{
    /// <summary>Connections at a time: 256 in all, 64 from one address; further ones are closed at once.</summary>
    public const int Most = 256, MostOfOneAddress = 64;

    private readonly Dictionary<IPAddress, int> _open = [];

    /// <summary>The part of a connection's way that counts it.</summary>
    public ConnectionDelegate Middleware(ConnectionDelegate next) => connection => CountAsync(connection, next);

    private async Task CountAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        IPAddress address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        lock (_open)
        {
            int open = _open.GetValueOrDefault(address);
            if (open >= MostOfOneAddress)
            {
                connection.Abort();
                return;
            }
            _open[address] = open + 1;
        }
        try
        {
            await next(connection);
        }
        finally
        {
            lock (_open)
            {
                if (--_open[address] == 0) _open.Remove(address);
            }
        }
    }
}
