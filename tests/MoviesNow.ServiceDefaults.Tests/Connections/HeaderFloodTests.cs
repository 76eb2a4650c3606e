using System.Text;
using MoviesNow.ServiceDefaults.Tests.RateLimits;

namespace MoviesNow.ServiceDefaults.Tests.Connections;

/// <summary>Headers without measure: the server takes little of them, ends the connection, and serves others meanwhile.</summary>
[Collection(AbuseTestGroup.Name)]
public sealed class HeaderFloodTests : IAsyncLifetime
{
    /// <summary>What may be on its way in buffers of the two sockets when a server stops to read.</summary>
    private const long MostTaken = 16 << 20;

    private const int Times = 200_000;

    private AbusedHost _abused = null!;

    public async Task InitializeAsync() => _abused = await AbusedHost.StartAsync(("Connections:HeadersTimeout", "00:00:03"));

    public async Task DisposeAsync() => await _abused.DisposeAsync();

    [Theory]
    [InlineData(101, 10)]
    [InlineData(10, 5_000)]
    [InlineData(1, 40_000)]
    public async Task Http1_TooManyOrTooLargeHeaders_AreRefused(int count, int length)
    {
        using var connection = await RawConnection.OpenAsync(_abused.Host.Http);
        var headers = string.Concat(Enumerable.Range(0, count).Select(i => $"x-{i}: {new string('a', length)}\r\n"));

        await connection.TrySendAsync(Encoding.ASCII.GetBytes($"GET /health/live HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n"));

        Assert.StartsWith("HTTP/1.1 431 ", Encoding.ASCII.GetString(await connection.ReadToEndAsync()), StringComparison.Ordinal);
        await _abused.ServesAsync();
    }

    [Theory]
    [InlineData("GET /health/live HTTP/1.1\r\nHost: localhost\r\n", "x-more: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n")]
    [InlineData("GET /health/live HTTP/1.1\r\nHost: localhost\r\nx-more: ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("GET /", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Http1_HeadersWithoutEnd_EndTheConnection(string begin, string more)
    {
        using var connection = await RawConnection.OpenAsync(_abused.Host.Http);
        await connection.TrySendAsync(Encoding.ASCII.GetBytes(begin));

        var sent = await _abused.ServesMeanwhileAsync(() => connection.FloodAsync(Encoding.ASCII.GetBytes(more), Times));

        Assert.InRange(sent, 1, MostTaken - 1);
        await connection.ReadToEndAsync();
    }

    [Theory]
    [InlineData(101, 10)]
    [InlineData(500, 10)]
    [InlineData(10, 5_000)]
    [InlineData(30, 5_000)]
    public async Task Http2_TooManyOrTooLargeHeaders_AreRefused(int count, int length)
    {
        using var connection = await RawConnection.OpenAsync(_abused.Host.Grpc);
        var headers = Http2.CallHeaders(LimitedHosts.GetTitle, [.. Enumerable.Range(0, count).Select(i => ($"x-{i}", new string('a', length)))]).Chunk(16_000).ToArray();
        await connection.TrySendAsync(Http2.Preface);
        await connection.TrySendAsync(Http2.Frame(Http2.Headers, headers.Length > 1 ? Http2.EndStream : (byte)(Http2.EndStream | Http2.EndHeaders), 1, headers[0]));
        for (var i = 1; i < headers.Length; i++)
        {
            await connection.TrySendAsync(Http2.Frame(Http2.Continuation, i == headers.Length - 1 ? Http2.EndHeaders : (byte)0, 1, headers[i]));
        }

        var answer = await connection.ReadUntilAsync(received => Http2.ErrorOf(received) is not null || IsTooLarge(received));
        Assert.True(IsTooLarge(answer) || Http2.ErrorOf(answer) > 0, Convert.ToHexString(answer));
        await _abused.ServesAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    public async Task Http2_ContinuationWithoutEnd_EndsTheConnection(int length)
    {
        using var connection = await RawConnection.OpenAsync(_abused.Host.Grpc);
        await connection.TrySendAsync(Http2.Preface);
        await connection.TrySendAsync(Http2.Frame(Http2.Headers, Http2.EndStream, 1, Http2.CallHeaders(LimitedHosts.GetTitle)));
        var more = Http2.Frame(Http2.Continuation, 0, 1, length == 0 ? [] : Http2.Field("x-more", new string('a', length)));

        var sent = await _abused.ServesMeanwhileAsync(() => connection.FloodAsync(more, length == 0 ? int.MaxValue : Times));

        Assert.True(length == 0 || sent < MostTaken, $"{sent} bytes were taken.");
        await connection.ReadToEndAsync();
    }

    /// <summary>Whether there is a field with the status 431.</summary>
    private static bool IsTooLarge(byte[] received) => received.AsSpan().IndexOf("431"u8) >= 0;
}
