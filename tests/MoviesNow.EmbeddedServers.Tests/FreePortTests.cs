using System.Net;
using System.Net.Sockets;

namespace MoviesNow.EmbeddedServers.Tests;

public sealed class FreePortTests
{
    [Fact]
    public void Next_ManyTimes_GivesDifferentFreePorts()
    {
        var ports = Enumerable.Range(0, 100).Select(_ => FreePort.Next()).ToArray();

        Assert.Equal(ports.Length, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port, 1024, 32_767));
    }

    [Fact]
    public void IsFree_SomebodyListens_False()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        Assert.False(FreePort.IsFree(((IPEndPoint)listener.LocalEndpoint).Port));
    }
}
