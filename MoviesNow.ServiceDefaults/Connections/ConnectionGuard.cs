using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.RateLimits;

namespace MoviesNow.ServiceDefaults.Connections;

/// <summary>
/// Closes connections over the limit of their address, and those that stay silent. Kestrel has neither: its limit is for all addresses
/// together, so that one abuser could take every place, and a connection that never says a word keeps its place as long as an idle one.
/// </summary>
internal sealed class ConnectionGuard(
    IOptions<ConnectionOptions> options, TrustedNetworks trusted, ConnectionMetrics metrics, TimeProvider time, ILogger<ConnectionGuard> logger)
{
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);
    private bool _hasToldOfLimit;

    /// <summary>Lets a connection pass when it may be served; returns when it has ended.</summary>
    public async Task PassAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        if (address is null || trusted.Contain(address))
        {
            await next(connection);
            return;
        }

        var network = CallerId.NetworkOf(address);
        if (!TryEnter(network))
        {
            Refuse(connection);
            return;
        }

        try
        {
            if (await SpeaksAsync(connection))
            {
                await next(connection);
            }
        }
        finally
        {
            Leave(network);
        }
    }

    /// <summary>
    /// Waits for the first bytes, which are left to be read: one is enough, but the beginning of HTTP/2's preface, for whose end Kestrel would wait as
    /// long as for an idle connection.
    /// </summary>
    private async Task<bool> SpeaksAsync(ConnectionContext connection)
    {
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var silence = new CancellationTokenSource(options.Value.HeadersTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, stopping);
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(either.Token);
                if (read.IsCompleted || !IsHalfPreface(read.Buffer))
                {
                    input.AdvanceTo(read.Buffer.Start);
                    return !read.Buffer.IsEmpty;
                }

                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (OperationCanceledException)
        {
            if (!stopping.IsCancellationRequested)
            {
                metrics.Closed("silent");
            }

            return false;
        }
        catch (IOException)
        {
            // The peer reset it.
            return false;
        }
    }

    /// <summary>Whether all that came is a beginning of the connection preface (RFC 9113 section 3.4), and not the whole.</summary>
    private static bool IsHalfPreface(in ReadOnlySequence<byte> received)
    {
        if (received.Length >= Preface.Length)
        {
            return false;
        }

        Span<byte> begun = stackalloc byte[(int)received.Length];
        received.CopyTo(begun);
        return Preface.StartsWith(begun);
    }

    private void Refuse(ConnectionContext connection)
    {
        metrics.Closed("address");
        if (!_hasToldOfLimit)
        {
            // A load balancer that was forgotten looks like an abuser.
            _hasToldOfLimit = true;
            logger.LogWarning("Connections over Connections:MaxPerAddress were closed. Are they of a proxy that Proxies:TrustedNetworks lacks?");
        }

        connection.Abort();
    }

    private bool TryEnter(string network)
    {
        lock (_gate)
        {
            var open = _open.GetValueOrDefault(network);
            if (open >= options.Value.MaxPerAddress)
            {
                return false;
            }

            _open[network] = open + 1;
            return true;
        }
    }

    private void Leave(string network)
    {
        lock (_gate)
        {
            if (--_open[network] == 0)
            {
                _open.Remove(network);
            }
        }
    }
}
