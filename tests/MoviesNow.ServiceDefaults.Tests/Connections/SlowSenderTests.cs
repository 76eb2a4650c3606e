using System.Text;
using MoviesNow.ServiceDefaults.Tests.RateLimits;

namespace MoviesNow.ServiceDefaults.Tests.Connections;

/// <summary>Bodies that come too slowly.</summary>
[Collection(AbuseTestGroup.Name)]
public sealed class SlowSenderTests
{
    [Fact]
    public async Task Http1_BodyByteByByte_IsRefused()
    {
        await using var abused = await AbusedHost.StartAsync();
        using var connection = await RawConnection.OpenAsync(abused.Host.Http);
        await connection.TrySendAsync(Encoding.ASCII.GetBytes(
            $"POST {LimitedHosts.GetTitle} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/grpc-web\r\nX-Grpc-Web: 1\r\nContent-Length: 5000\r\n\r\n"));

        var answer = connection.ReadToEndAsync();
        await abused.ServesMeanwhileAsync(() => TrickleAsync(connection, [0], answer));

        var text = Encoding.ASCII.GetString(await answer);
        Assert.StartsWith("HTTP/1.1 408 ", text, StringComparison.Ordinal);
        Assert.Empty(abused.Host.Logs.Errors);
    }

    [Fact]
    public async Task Http2_BodyByteByByte_EndsTheConnection()
    {
        await using var abused = await AbusedHost.StartAsync();
        using var connection = await RawConnection.OpenAsync(abused.Host.Grpc);
        await connection.TrySendAsync(Http2.Preface);
        await connection.TrySendAsync(Http2.Frame(Http2.Headers, Http2.EndHeaders, 1, Http2.CallHeaders(LimitedHosts.GetTitle)));

        var answer = connection.ReadToEndAsync();
        await abused.ServesMeanwhileAsync(() => TrickleAsync(connection, Http2.Frame(0, 0, 1, 0), answer));

        Assert.NotEqual(0, Http2.ErrorOf(await answer) ?? 0);
        Assert.Empty(abused.Host.Logs.Errors);
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
