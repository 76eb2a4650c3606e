using System.Net;
using System.Net.Sockets;
namespace MoviesNow.EmbeddedServers.Tests;

public sealed class GarnetServerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task StartAsync_Persistent_DataSurvivesKillAndStop()
    {
        var garnet = await PrepareAsync(persistent: true);
        var port = FreePort.Next();
        await using var server = await garnet.StartAsync(port);
        using (var client = await ConnectAsync(garnet, port))
        {
            Assert.Equal("OK", await client.AskAsync("SET", "text", "value"));
            Assert.Equal("1", await client.AskAsync("HSET", "hash", "field", "value"));
            Assert.Equal("OK", await client.AskAsync("SET", "expiring", "value", "EX", "1000"));
        }

        await server.KillAsync();
        await server.StartAsync();
        using (var client = await ConnectAsync(garnet, port))
        {
            Assert.Equal("value", await client.AskAsync("GET", "text"));
            Assert.Equal("[field value]", await client.AskAsync("HGETALL", "hash"));
            Assert.NotEqual("-1", await client.AskAsync("TTL", "expiring"));
            Assert.Equal("OK", await client.AskAsync("SET", "second", "run"));
        }

        await server.RestartAsync();
        var again = await PrepareAsync(persistent: true);
        using (var client = await ConnectAsync(again, port))
            Assert.Equal("run", await client.AskAsync("GET", "second"));
    }

    [Fact]
    public async Task StartAsync_NoPassword_IsRefused()
    {
        var garnet = await PrepareAsync();
        var port = FreePort.Next();
        await using var server = await garnet.StartAsync(port);
        using var client = new RespClient(port);

        Assert.StartsWith("-NOAUTH", await client.AskAsync("GET", "key"), StringComparison.Ordinal);
        Assert.StartsWith("-WRONGPASS", await client.AskAsync("AUTH", "wrong"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_Always_ListensOnLoopbackOnly()
    {
        var garnet = await PrepareAsync();
        var port = FreePort.Next();
        await using var server = await garnet.StartAsync(port);

        // The whole of 127.0.0.0/8 leads to this machine: a server that listened everywhere would answer here too.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await Assert.ThrowsAnyAsync<SocketException>(() => socket.ConnectAsync(IPAddress.Parse("127.0.0.2"), port));
    }

    [Fact]
    public async Task PrepareAsync_Always_KeepsPasswordInPrivateFile()
    {
        var garnet = await PrepareAsync();
        var command = garnet.Command(6379);

        Assert.DoesNotContain(command.Arguments, argument => argument.Contains(garnet.Password, StringComparison.Ordinal));
        Assert.DoesNotContain(command.Environment.Values, value => value.Contains(garnet.Password, StringComparison.Ordinal));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory["garnet.conf"]));
    }

    [Fact]
    public async Task PrepareAsync_NoManifest_SaysSo()
    {
        var error = await Assert.ThrowsAsync<EmbeddedServerException>(() => GarnetServer.PrepareAsync(_directory.Path, _directory.Path));

        Assert.Contains("dotnet-tools.json", error.Message, StringComparison.Ordinal);
    }

    private Task<GarnetServer> PrepareAsync(bool persistent = false) =>
        GarnetServer.PrepareAsync(_directory.Path, TestTools.Repository(), persistent);

    private static async Task<RespClient> ConnectAsync(GarnetServer garnet, int port)
    {
        var client = new RespClient(port);
        Assert.Equal("OK", await client.AskAsync("AUTH", garnet.Password));
        return client;
    }
}
