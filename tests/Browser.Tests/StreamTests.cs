using System.Text.Json;
using MoviesNow.Browser.Tests.Harness;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Browser.Tests;

/// <summary>Server streaming to a page: with @connectrpc/connect-web in binary, with grpc-web in base64.</summary>
[Collection(BrowserTestGroup.Name)]
public sealed class StreamTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData("binary")]
    [InlineData("text")]
    public async Task Stream_EachMessage_IsInThePageBeforeTheNextIsWritten(string mode)
    {
        var id = await StartAsync(mode);
        for (var viewers = 1; viewers <= 4; viewers++)
        {
            await fixture.Live.To(id).WriteAsync(new WatchLiveResponse { ConcurrentViewers = viewers });
            Assert.Equal(Enumerable.Range(1, viewers).Select(count => $"{count}"), Viewers(await SeenAsync(id, viewers)));
        }

        fixture.Live.To(id).Complete();
        Assert.Equal("Ok", EndOf(await SeenAsync(id, 5)));
    }

    [Theory]
    [InlineData("binary")]
    [InlineData("text")]
    public async Task Stream_ManyMessages_ArriveInOrder(string mode)
    {
        var id = await StartAsync(mode);
        for (var i = 0; i < 2_000; i++)
        {
            await fixture.Live.To(id).WriteAsync(new WatchLiveResponse { ConcurrentViewers = i });
        }

        fixture.Live.To(id).Complete();
        Assert.Equal(Enumerable.Range(0, 2_000).Select(count => $"{count}"), Viewers(await SeenAsync(id, 2_001)));
    }

    [Theory]
    [InlineData("binary")]
    [InlineData("text")]
    public async Task Abort_InThePage_EndsTheCallInTheService(string mode)
    {
        var id = await StartAsync(mode);
        await fixture.Live.To(id).WriteAsync(new WatchLiveResponse { ConcurrentViewers = 1 });
        await SeenAsync(id, 1);

        await fixture.Page.CallAsync("abort", id);

        await fixture.Live.GoneAsync(id);
    }

    [Fact]
    public async Task Deadline_OfThePage_EndsTheCallOnBothSides()
    {
        var id = await StartAsync("binary", timeoutMs: 500);
        await fixture.Live.To(id).WriteAsync(new WatchLiveResponse { ConcurrentViewers = 1 });

        Assert.Equal("DeadlineExceeded", EndOf(await SeenAsync(id, 2)));
        await fixture.Live.GoneAsync(id);
    }

    [Fact]
    public async Task Deadline_SentByHand_IsAnsweredByTheService()
    {
        // The library keeps no deadline of its own here, so what ends the call is the service's answer.
        var id = await StartAsync("binary", header: ("grpc-timeout", "300m"));

        Assert.Equal("DeadlineExceeded", EndOf(await SeenAsync(id, 1)));
    }

    [Theory]
    [InlineData("binary")]
    [InlineData("text")]
    public async Task Stream_NoToken_IsRefused(string mode)
    {
        var id = await StartAsync(mode, identity: null);

        Assert.Equal("Unauthenticated", EndOf(await SeenAsync(id, 1)));
    }

    private static IEnumerable<string> Viewers(JsonElement seen) => seen.GetProperty("messages").EnumerateArray()
        .Select(message => message.TryGetProperty("concurrentViewers", out var viewers) ? viewers.GetString()! : "0");

    private static string? EndOf(JsonElement seen) => seen.GetProperty("end").GetProperty("code").GetString();

    private Task<string> StartAsync(string mode, int? timeoutMs = null, (string Name, string Value)? header = null) =>
        StartAsync(mode, Identity.Admin, timeoutMs, header);

    private async Task<string> StartAsync(string mode, Identity? identity, int? timeoutMs = null, (string Name, string Value)? header = null)
    {
        var id = Guid.CreateVersion7().ToString();
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        if (identity is not null)
        {
            headers["authorization"] = $"Bearer {identity.Token()}";
        }

        if (header is { } extra)
        {
            headers[extra.Name] = extra.Value;
        }

        var call = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["address"] = fixture.Live.Address,
            ["service"] = "QoeService",
            ["method"] = "WatchLive",
            ["request"] = new { titleId = id },
            ["headers"] = headers,
        };
        if (timeoutMs is { } timeout)
        {
            call["timeoutMs"] = timeout;
        }

        await fixture.Page.CallAsync("start", id, mode, call);
        return id;
    }

    private Task<JsonElement> SeenAsync(string id, int count) => fixture.Page.CallAsync("seen", id, count);
}
