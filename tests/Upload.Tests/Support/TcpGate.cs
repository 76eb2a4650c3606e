using System.Net;
using System.Net.Sockets;
using MoviesNow.EmbeddedServers;

namespace UploadTests.Support;

/// <summary>A port in front of a server that can be shut, which cuts all connections, and opened again: the server looks down and then back.</summary>
internal sealed class TcpGate : IAsyncDisposable
{
    private readonly int _target;
    private CancellationTokenSource _open = new();
    private TcpListener? _listener;

    public TcpGate(int target)
    {
        _target = target;
        Open();
    }

    public int Port { get; } = FreePort.Next();

    public void Open()
    {
        _open = new CancellationTokenSource();
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, optionValue: true);
        _listener.Start();
        _ = AcceptAsync(_listener, _open.Token);
    }

    public void Shut()
    {
        _listener?.Stop();
        _open.Cancel();
    }

    public ValueTask DisposeAsync()
    {
        Shut();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync(TcpListener listener, CancellationToken open)
    {
        try
        {
            while (!open.IsCancellationRequested)
                _ = PumpAsync(await listener.AcceptTcpClientAsync(open), open);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Shut.
        }
    }

    private async Task PumpAsync(TcpClient client, CancellationToken open)
    {
        using var near = client;
        using var far = new TcpClient { NoDelay = true };
        near.NoDelay = true;
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _target, open);
            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), open), far.GetStream().CopyToAsync(near.GetStream(), open));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
        {
            // Either side has gone, or the gate is shut.
        }
    }
}
