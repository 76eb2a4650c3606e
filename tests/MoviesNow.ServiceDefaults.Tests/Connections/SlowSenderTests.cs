using System.Text;
using Grpc.Core;
using MoviesNow.ServiceDefaults.Tests.RateLimits;

namespace MoviesNow.ServiceDefaults.Tests.Connections;

/// <summary>Bodies that come too slowly.</summary>
[Collection(AbuseTestGroup.Name)]
public sealed class SlowSenderTests
{
    /// <summary>How a message of 4,995 bytes begins.</summary>
    private static readonly byte[] Prefix = [0, 0, 0, 0x13, 0x83];

    [Fact]
    public async Task Http1_BodyByteByByte_ExceedsADeadline()
    {
        await using var abused = await AbusedHost.StartAsync();
        using var connection = await RawConnection.OpenAsync(abused.Host.Http);
        await connection.TrySendAsync(Encoding.ASCII.GetBytes(
            $"POST {LimitedHosts.GetTitle} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/grpc-web\r\nX-Grpc-Web: 1\r\nContent-Length: 5000\r\n\r\n"));
        await connection.TrySendAsync(Prefix);

        var answer = connection.ReadToEndAsync();
        await abused.ServesMeanwhileAsync(() => TrickleAsync(connection, [0], answer));

        var text = Encoding.ASCII.GetString(await answer);
        Assert.Contains($"Grpc-Status: {(int)StatusCode.DeadlineExceeded}\r\n", text, StringComparison.Ordinal);
        Assert.Contains("grpc-status-details-bin: ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http2_BodyByteByByte_EndsTheConnection()
    {
        await using var abused = await AbusedHost.StartAsync();
        using var connection = await RawConnection.OpenAsync(abused.Host.Grpc);
        await connection.TrySendAsync(Http2.Preface);
        await connection.TrySendAsync(Http2.Frame(Http2.Headers, Http2.EndHeaders, 1, Http2.CallHeaders(LimitedHosts.GetTitle)));
        await connection.TrySendAsync(Http2.Frame(0, 0, 1, Prefix));

        var answer = connection.ReadToEndAsync();
        await abused.ServesMeanwhileAsync(() => TrickleAsync(connection, Http2.Frame(0, 0, 1, 0), answer));

        Assert.NotEmpty(await answer);
    }

    private static async Task<bool> TrickleAsync(RawConnection connection, byte[] bit, Task ended)
    {
        while (!ended.IsCompleted && await connection.TrySendAsync(bit))
        {
            await Task.WhenAny(ended, Task.Delay(TimeSpan.FromMilliseconds(250)));
        }

        return true;
    }
}
