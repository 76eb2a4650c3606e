using MoviesNow.ServiceDefaults.Tests.RateLimits;

namespace MoviesNow.ServiceDefaults.Tests.Connections;

/// <summary>Frames that cost their sender less than their receiver.</summary>
[Collection(AbuseTestGroup.Name)]
public sealed class Http2FloodTests : IAsyncLifetime
{
    private const int EnhanceYourCalm = 11;
    private const long MostMemory = 256 << 20;

    private AbusedHost _abused = null!;

    public async Task InitializeAsync() => _abused = await AbusedHost.StartAsync();

    public async Task DisposeAsync() => await _abused.DisposeAsync();

    [Fact]
    public async Task RapidReset_InALoop_EndsTheConnection()
    {
        using var connection = await RawConnection.OpenAsync(_abused.Host.Grpc);
        await connection.TrySendAsync(Http2.Preface);
        var received = connection.ReadToEndAsync();
        var headers = Http2.CallHeaders(LimitedHosts.GetTitle);

        var calls = await _abused.ServesMeanwhileAsync(async () =>
        {
            for (var stream = 1; stream < 2_000_000; stream += 2)
            {
                if (!await connection.TrySendAsync((byte[])[.. Http2.Frame(Http2.Headers, Http2.EndHeaders, stream, headers), .. Http2.Frame(Http2.ResetStream, 0, stream, 0, 0, 0, 8)]))
                {
                    return stream / 2;
                }
            }

            return int.MaxValue;
        });

        Assert.NotEqual(int.MaxValue, calls);
        Assert.True(Http2.ErrorOf(await received) is null or EnhanceYourCalm);
    }

    [Theory]
    [InlineData(Http2.Ping, 8, true)]
    [InlineData(Http2.Ping, 8, false)]
    [InlineData(Http2.Settings, 0, true)]
    [InlineData(Http2.Settings, 0, false)]
    public async Task PingsOrSettings_InALoop_AreAnsweredNoFasterThanTheyAreRead(byte type, int length, bool areRead)
    {
        using var connection = await RawConnection.OpenAsync(_abused.Host.Grpc);
        await connection.TrySendAsync(Http2.Preface);
        var received = areRead ? connection.ReadToEndAsync() : null;
        byte[] frames = [.. Enumerable.Repeat(Http2.Frame(type, 0, 0, new byte[length]), 1_000).SelectMany(frame => frame)];
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var most = await _abused.ServesMeanwhileAsync(async () =>
        {
            var most = 0L;
            for (var i = 0; i < 1_000; i++)
            {
                var sending = connection.TrySendAsync(frames);
                if (await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(2))) != sending || !await sending)
                {
                    // The server has stopped to read.
                    break;
                }

                if (i % 100 == 0)
                {
                    // What was only not collected yet is not taken.
                    most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
                }
            }

            return most;
        });

        Assert.True(most - before < MostMemory, $"{(most - before) >> 20} MiB were taken.");
        connection.Dispose();
        _ = received;
    }
}
