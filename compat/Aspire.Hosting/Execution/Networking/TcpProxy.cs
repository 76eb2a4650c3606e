using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Execution.Networking;

/// <summary>
/// One address in front of several replicas. Connections, not requests, are distributed, round robin over the healthy ones;
/// so that it works for any protocol on TCP.
/// </summary>
internal sealed class TcpProxy(int port, IReadOnlyList<ReplicaTarget> targets) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Socket> _listeners = [];
    private readonly List<Task> _loops = [];
    private int _next = -1;

    /// <exception cref="SocketException">The port is taken.</exception>
    public void Start()
    {
        foreach (var address in Ports.Loopback())
        {
            var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            _listeners.Add(listener);
            listener.Bind(new IPEndPoint(address, port));
            listener.Listen(512);
        }

        _loops.AddRange(_listeners.Select(AcceptAsync));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var listener in _listeners)
            listener.Dispose();
        await Task.WhenAll(_loops);
        _stop.Dispose();
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptAsync(_stop.Token);
                _ = ServeAsync(client);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // A caller that left before it was accepted is no reason to refuse the next one.
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            client.NoDelay = true;
            using var server = await ConnectAsync();
            if (server is null)
            {
                // A reset tells the caller that nobody was there, where a clean end would look like an empty answer.
                client.LingerState = new LingerOption(enable: true, seconds: 0);
                return;
            }

            await TcpRelay.RunAsync(client, server, _stop.Token);
        }
    }

    private async Task<Socket?> ConnectAsync()
    {
        var first = (uint)Interlocked.Increment(ref _next);
        var order = Enumerable.Range(0, targets.Count).Select(i => targets[(int)((first + (uint)i) % (uint)targets.Count)]);
        foreach (var target in order.Where(t => t.IsAlive).OrderBy(t => t.IsHealthy ? 0 : 1))
        {
            if (await LoopbackConnection.OpenAsync(target.Port, _stop.Token) is { } socket)
                return socket;
        }

        return null;
    }
}
