using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Aspire.Hosting.Execution.Networking;

namespace Compat.Aspire.Tests;

public sealed class ProxyTests
{
    [Fact]
    public async Task Proxy_HalfClosedConnection_StillCarriesTheAnswer()
    {
        using var server = Listen(out var target);
        var port = Ports.Reserve();
        await using var proxy = new TcpProxy(port, [target]);
        proxy.Start();
        var sent = RandomNumberGenerator.GetBytes(4 * 1024 * 1024);

        // The server answers only after the end of the request, with all of it.
        var serving = Task.Run(async () =>
        {
            using var accepted = await server.AcceptSocketAsync();
            using var received = new NetworkStream(accepted);
            using var body = new MemoryStream();
            await received.CopyToAsync(body);
            await received.WriteAsync(body.ToArray());
        });
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        await stream.WriteAsync(sent);
        client.Client.Shutdown(SocketShutdown.Send);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer).WaitAsync(Applications.Patience);
        await serving;

        Assert.Equal(sent, answer.ToArray());
    }

    [Fact]
    public async Task Proxy_NobodyReads_HoldsTheWriterBack()
    {
        using var server = Listen(out var target);
        var port = Ports.Reserve();
        await using var proxy = new TcpProxy(port, [target]);
        proxy.Start();
        using var client = new TcpClient { SendBufferSize = 64 * 1024 };
        await client.ConnectAsync(IPAddress.Loopback, port);
        using var accepted = await server.AcceptSocketAsync();

        // Far more than all socket buffers between the two can hold: a proxy that took it all would buffer without bound.
        var write = client.GetStream().WriteAsync(new byte[256 * 1024 * 1024]).AsTask();
        var finished = await Task.WhenAny(write, Task.Delay(500)) == write;
        Assert.False(finished);

        accepted.Dispose();
        await Assert.ThrowsAnyAsync<IOException>(() => write.WaitAsync(Applications.Patience));
    }

    [Fact]
    public async Task Proxy_UnhealthyOrDeadTargets_ArePassedOver()
    {
        using var good = Listen(out var healthy);
        using var bad = Listen(out var unhealthy);
        unhealthy.IsHealthy = false;
        var dead = new ReplicaTarget(Ports.Reserve()) { IsAlive = true };
        var port = Ports.Reserve();
        await using var proxy = new TcpProxy(port, [dead, unhealthy, healthy]);
        proxy.Start();

        for (var i = 0; i < 6; i++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            using var accepted = await good.AcceptSocketAsync().WaitAsync(Applications.Patience);
        }

        Assert.False(bad.Pending());
    }

    [Fact]
    public async Task Proxy_NoTarget_ResetsTheConnection()
    {
        var port = Ports.Reserve();
        await using var proxy = new TcpProxy(port, [new ReplicaTarget(Ports.Reserve())]);
        proxy.Start();
        using var client = new TcpClient();

        // The reset may come before the client knows of its connection.
        var exception = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            await client.GetStream().ReadExactlyAsync(new byte[1]).AsTask().WaitAsync(Applications.Patience);
        });
        Assert.Equal(SocketError.ConnectionReset, (exception as SocketException ?? exception.InnerException as SocketException)?.SocketErrorCode);
    }

    private static TcpListener Listen(out ReplicaTarget target)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        target = new ReplicaTarget(((IPEndPoint)listener.LocalEndpoint).Port) { IsAlive = true };
        return listener;
    }
}
