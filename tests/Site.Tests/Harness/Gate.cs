using System.Net;
using System.Net.Sockets;

namespace MoviesNow.Site.Tests.Harness;

/// <summary>An address that stays while the service behind it is killed and started again, as a load balancer's does.</summary>
internal sealed class Gate : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private CancellationTokenSource _open = new();
    private volatile Uri? _target;

    public Gate()
    {
        _listener.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _accepting = AcceptAsync();
    }

    public string Address { get; }

    /// <summary>Lets connections through to a service.</summary>
    public void Open(Uri target)
    {
        _open = new CancellationTokenSource();
        _target = target;
    }

    /// <summary>Cuts every connection, and refuses more.</summary>
    public void Close()
    {
        _target = null;
        _open.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
        _open.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = PassAsync(await _listener.AcceptTcpClientAsync(_stopping.Token), _target, _open.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // Stopped.
        }
    }

    private static async Task PassAsync(TcpClient client, Uri? target, CancellationToken open)
    {
        using (client)
        using (var service = new TcpClient())
        {
            if (target is null)
            {
                // A reset, as of a process that is gone.
                client.LingerState = new LingerOption(enable: true, 0);
                return;
            }

            try
            {
                await service.ConnectAsync(target.Host, target.Port, open);
                await Task.WhenAny(
                    client.GetStream().CopyToAsync(service.GetStream(), open),
                    service.GetStream().CopyToAsync(client.GetStream(), open));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
            {
                // Either side is gone: so is the other.
            }
        }
    }
}
