using System.Net;
using System.Text;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.ServiceDefaults.Tests.Connections;

/// <summary>Connections that send nothing, or half a request.</summary>
[Collection(AbuseTestGroup.Name)]
public sealed class HalfOpenConnectionTests
{
    private const long MostMemory = 256 << 20;

    private static readonly byte[] HalfARequest = "GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-More: "u8.ToArray();

    private static readonly byte[] HalfACall = [.. Http2.Preface, .. Http2.Frame(Http2.Headers, Http2.EndStream, 1, Http2.Field(":method", "POST"))];

    /// <summary>This process has both ends, 20,000 file descriptors at most; the server closes nine tenths of its own at once.</summary>
    [Fact]
    public async Task TenThousandOfOneAddress_AreClosedAndOthersAreServed()
    {
        const int count = 10_000;
        using var counts = new ConnectionCounts();
        await using var abused = await AbusedHost.StartAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var connections = await abused.ServesMeanwhileAsync(async () =>
        {
            var all = new RawConnection[count];
            await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
            {
                all[i] = await RawConnection.OpenAsync(i % 2 == 0 ? abused.Host.Http : abused.Host.Grpc);
                if (i % 4 > 1)
                {
                    await all[i].TrySendAsync(i % 2 == 0 ? HalfARequest : HalfACall);
                }
            });
            return all;
        });

        var taken = GC.GetTotalMemory(forceFullCollection: true) - before;
        await abused.ServesMeanwhileAsync(async () =>
        {
            await Task.WhenAll(connections.Select(connection => connection.ReadToEndAsync()));
            return true;
        });
        Assert.InRange(counts.OverTheLimit, count / 2, count - 1_000);
        Assert.True(taken < MostMemory, $"{taken >> 20} MiB were taken.");
        Assert.All(connections, connection => connection.Dispose());
    }

    [Theory]
    [InlineData("http", "")]
    [InlineData("http", "half")]
    [InlineData("grpc", "")]
    [InlineData("grpc", "half")]
    [InlineData("grpc", "half a preface")]
    public async Task Silence_ForTooLong_EndsTheConnection(string port, string sent)
    {
        using var counts = new ConnectionCounts();
        await using var abused = await AbusedHost.StartAsync(("Connections:HeadersTimeout", "00:00:01"));
        using var connection = await RawConnection.OpenAsync(port is "http" ? abused.Host.Http : abused.Host.Grpc);
        if (sent.Length > 0)
        {
            await connection.TrySendAsync(port is "http" ? HalfARequest : sent is "half" ? HalfACall : Http2.Preface[..12]);
        }

        var answer = Encoding.ASCII.GetString(await connection.ReadToEndAsync());

        Assert.Equal(port is "http" && sent.Length > 0, answer.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal));
        Assert.Equal(sent is "half" ? 0 : 1, counts.Silent);
        await abused.ServesAsync();
    }

    [Fact]
    public async Task Preface_InPieces_IsServed()
    {
        await using var abused = await AbusedHost.StartAsync();
        using var connection = await RawConnection.OpenAsync(abused.Host.Grpc);
        foreach (var piece in Http2.Preface.Chunk(7))
        {
            await connection.TrySendAsync(piece);
        }

        await connection.TrySendAsync(Http2.Frame(Http2.Ping, 0, 0, new byte[8]));

        // SETTINGS of the server, and the answer to the ping.
        Assert.NotEmpty(await connection.ReadUntilAsync(bytes => bytes.AsSpan().IndexOf(Http2.Frame(Http2.Ping, 1, 0, new byte[8])) >= 0));
    }

    [Theory]
    [InlineData("http")]
    [InlineData("grpc")]
    public async Task SilenceAfterARequest_ForTooLong_EndsTheConnection(string port)
    {
        await using var abused = await AbusedHost.StartAsync(("Connections:IdleTimeout", "00:00:01"));
        using var connection = await RawConnection.OpenAsync(port is "http" ? abused.Host.Http : abused.Host.Grpc);
        await connection.TrySendAsync(port is "http" ? "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray() : Http2.Preface);

        Assert.NotEmpty(await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task OneAddress_OverItsLimit_HasRoomAgainWhenItsConnectionsEnd()
    {
        await using var abused = await AbusedHost.StartAsync(("Connections:MaxPerAddress", "20"));
        var connections = await OpenAsync(abused, 20);
        // They are open before the server has counted them.
        await Eventually.HoldsAsync(async () => !await IsServedAsync(abused));

        connections.ForEach(connection => connection.Dispose());

        await Eventually.HoldsAsync(() => IsServedAsync(abused));
    }

    [Fact]
    public async Task Proxy_ThatIsTrusted_HasNoLimitAndMayBeSilent()
    {
        await using var abused = await AbusedHost.StartAsync(
            ("Connections:MaxPerAddress", "20"), ("Connections:HeadersTimeout", "00:00:01"), ("Connections:IdleTimeout", "00:10:00"), ("Proxies:TrustedNetworks:0", "127.0.0.9/32"));
        var connections = await OpenAsync(abused, 50);
        using (var stranger = await RawConnection.OpenAsync(abused.Host.Http, IPAddress.Parse("127.0.0.8")))
        {
            // As long as others may be silent.
            Assert.Empty(await stranger.ReadToEndAsync());
        }

        foreach (var connection in connections)
        {
            await connection.TrySendAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray());
            Assert.StartsWith("HTTP/1.1 200 ", Encoding.ASCII.GetString(await connection.ReadToEndAsync()), StringComparison.Ordinal);
            connection.Dispose();
        }
    }

    [Fact]
    public async Task ManyAddresses_OverTheLimitOfAPort_LeaveTheOtherPortAlone()
    {
        await using var abused = await AbusedHost.StartAsync(("Connections:MaxPerEndpoint", "30"));
        var connections = new List<RawConnection>();
        for (var i = 0; i < 40; i++)
        {
            connections.Add(await RawConnection.OpenAsync(abused.Host.Http, IPAddress.Parse($"127.0.1.{i}")));
        }

        Assert.False(await IsServedAsync(abused));
        Assert.Equal(MoviesNow.ServiceDefaults.Tests.RateLimits.LimitedHosts.In, (await abused.Host.PostAsync(RateLimits.LimitedHosts.GetTitle)).Reason);

        connections.ForEach(connection => connection.Dispose());
        await Eventually.HoldsAsync(() => IsServedAsync(abused));
    }

    [Fact]
    public async Task Stop_WhileConnectionsAreSilent_DoesNotWaitForThem()
    {
        await using var abused = await AbusedHost.StartAsync(("Connections:HeadersTimeout", "00:02:00"));
        var connections = await OpenAsync(abused, 10);
        await abused.ServesAsync();

        await abused.Host.StopAsync().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.All(connections, connection => connection.Dispose());
    }

    private static async Task<List<RawConnection>> OpenAsync(AbusedHost abused, int count)
    {
        var connections = new List<RawConnection>();
        for (var i = 0; i < count; i++)
        {
            connections.Add(await RawConnection.OpenAsync(abused.Host.Http));
        }

        return connections;
    }

    /// <summary>Whether the abuser gets an answer.</summary>
    private static async Task<bool> IsServedAsync(AbusedHost abused)
    {
        using var connection = await RawConnection.OpenAsync(abused.Host.Http);
        await connection.TrySendAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray());
        return (await connection.ReadToEndAsync()).Length > 0;
    }
}
