using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MoviesNow.ServiceDefaults.Tests.Idempotency;

/// <summary>A way to a real server whose answers a test holds back: commands arrive and take effect, and nobody hears of it.</summary>
internal sealed class HeldRedis : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly int _port;
    private readonly Task _accepting;
    private volatile TaskCompletionSource _held = New();
    private volatile TaskCompletionSource _released = New();

    /// <param name="connectionString">The server's.</param>
    public HeldRedis(string connectionString)
    {
        var (address, options) = connectionString.Split(',', 2) is [var first, var rest] ? (first, rest) : throw new ArgumentException("No options.", nameof(connectionString));
        _port = IPEndPoint.Parse(address).Port;
        _released.SetResult();
        _listener.Start();
        ConnectionString = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port},{options}");
        _accepting = AcceptAsync();
    }

    /// <summary>Leads to the server by this way.</summary>
    public string ConnectionString { get; }

    /// <summary>Holds back every answer from now on.</summary>
    public void Hold() => (_held, _released) = (New(), New());

    /// <summary>Ends when an answer is held back: its command has taken effect.</summary>
    public Task HeldAsync() => _held.Task;

    /// <summary>Lets all answers pass.</summary>
    public void Release() => _released.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Release();
        await _ended.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _ended.Dispose();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_ended.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            client.NoDelay = server.NoDelay = true;
            await server.ConnectAsync(IPAddress.Loopback, _port);
            await Task.WhenAny(CopyAsync(client.GetStream(), server.GetStream(), mayHold: false), CopyAsync(server.GetStream(), client.GetStream(), mayHold: true));
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, bool mayHold)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, _ended.Token) is > 0 and var count)
            {
                if (mayHold && !_released.Task.IsCompleted)
                {
                    _held.TrySetResult();
                    await _released.Task;
                }

                await to.WriteAsync(buffer.AsMemory(0, count), _ended.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // One of the two left.
        }
    }
}
