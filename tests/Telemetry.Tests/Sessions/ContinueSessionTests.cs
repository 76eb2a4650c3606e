using MoviesNow.Common.V1;
using MoviesNow.Telemetry.Sessions;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;
using static Telemetry.Tests.Hosting.Samples;

namespace Telemetry.Tests.Sessions;

/// <summary>A page is loaded again: the session goes on, or a new one starts.</summary>
public sealed class ContinueSessionTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TelemetryHost _host = shared.Host;
    private readonly string _title = Guid.CreateVersion7().ToString();
    private readonly string _episode = Guid.CreateVersion7().ToString();

    public static TheoryData<string, Action<StartSessionRequest>> OtherSessions => new()
    {
        { "title", request => request.Content.TitleId = Guid.CreateVersion7().ToString() },
        { "episode", request => request.Content.EpisodeId = Guid.CreateVersion7().ToString() },
        { "no episode", request => request.Content.EpisodeId = "" },
    };

    [Fact]
    public async Task StartSession_Continued_IsTheSameSessionWithNumbersThatNoPageUsed()
    {
        var first = await StartAsync();
        Assert.Equal(1, first.NextSequence);
        await _host.As(null).AppendEventsAsync(Append(first, Event(1, EventType.Play), Event(2)));

        var second = await StartAsync(first);
        var third = await StartAsync(first);

        Assert.Equal((first.SessionId, first.SessionToken, first.StartTime), (second.SessionId, second.SessionToken, second.StartTime));
        Assert.Equal(2 + SessionContinuation.ReservedNumbers + 1, second.NextSequence);
        Assert.Equal(second.NextSequence + SessionContinuation.ReservedNumbers, third.NextSequence);
        // What the first page sent last arrives after the second page has begun.
        await _host.As(null).AppendEventsAsync(Append(second, Event(second.NextSequence, EventType.Play)));
        var late = await _host.As(null).AppendEventsAsync(Append(first, Event(3, EventType.Complete, e => e.CompleteReason = SessionEndReason.UserExit)));
        Assert.Equal("3:Accepted", Verdicts(late.Results));
        Assert.Equal(SessionState.Playing, (await _host.GetSessionAsync(first.SessionId)).State);
        Assert.Equal(1L, await _host.ScalarAsync<long>($"SELECT count(*) FROM playback_session WHERE title_id = '{_title}'"));
    }

    [Fact]
    public async Task StartSession_PagesAtOnce_GetNumbersOfTheirOwn()
    {
        var first = await StartAsync();

        var pages = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => StartAsync(first, replica: i % 2)));

        Assert.Equal(10, pages.Select(page => page.NextSequence).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(OtherSessions))]
    public async Task StartSession_ContinuedWithOtherContent_IsNew(string what, Action<StartSessionRequest> change)
    {
        Assert.NotEmpty(what);
        var first = await StartAsync();

        AssertIsNew(first, await StartAsync(first, change));
    }

    [Fact]
    public async Task StartSession_ContinuedByAnotherViewer_IsNew()
    {
        var first = await StartAsync();

        var second = await _host.As(Identity.Admin).StartSessionAsync(Request(first));

        AssertIsNew(first, second);
        Assert.Equal(Identity.Admin.Subject, (await _host.GetSessionAsync(second.SessionId)).Viewer);
    }

    [Theory]
    [InlineData(29, true)]
    [InlineData(31, false)]
    public async Task StartSession_ContinuedAfterSilence_IsTheSameWithinHalfAnHour(int minutes, bool isSame)
    {
        var first = await StartAsync();
        Assert.Equal(1L, await _host.ScalarAsync<long>($"""
            WITH silent AS (
                UPDATE playback_session SET last_event_at = last_event_at - interval '{minutes} minutes' WHERE id = '{first.SessionId}' RETURNING id)
            SELECT count(*) FROM silent
            """));

        Assert.Equal(isSame, string.Equals(first.SessionId, (await StartAsync(first)).SessionId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task StartSession_SessionIsGone_IsNew()
    {
        var tokens = _host.Get<SessionTokens>();
        var gone = Guid.CreateVersion7();

        AssertIsNew(new() { SessionId = gone.ToString() }, await StartAsync(new() { SessionId = gone.ToString(), SessionToken = tokens.Issue(gone) }));
    }

    [Fact]
    public async Task StartSession_NumbersAreUsedUp_IsNew()
    {
        var first = await StartAsync();
        await _host.As(null).AppendEventsAsync(Append(first, Event(9_999_500)));

        AssertIsNew(first, await StartAsync(first));
    }

    [Fact]
    public async Task StartSession_ContinuedWithAnotherToken_IsRefused()
    {
        var (first, other) = (await StartAsync(), await StartAsync());

        await RpcAssert.FailsAsync(
            ErrorReason.SessionTokenInvalid, () => StartAsync(new() { SessionId = first.SessionId, SessionToken = other.SessionToken }));
        await RpcAssert.FailsAsync(ErrorReason.SessionTokenInvalid, async () =>
            await _host.As(Identity.Service).StartSessionAsync(Request(new() { SessionId = first.SessionId, SessionToken = "x" })));
    }

    [Theory]
    [InlineData("42", "x", "continue_session_id")]
    [InlineData("0198c0de-7a5b-7c3d-8e9f-0123456789ab", "", "continue_session_token")]
    [InlineData("", "x", "continue_session_token")]
    public async Task StartSession_ContinueFieldsAreMalformed_NamesThem(string id, string token, string field) =>
        await RpcAssert.FailsOnFieldsAsync([field], () => StartAsync(new() { SessionId = id, SessionToken = token }));

    private static void AssertIsNew(StartSessionResponse first, StartSessionResponse second)
    {
        Assert.NotEqual(first.SessionId, second.SessionId);
        Assert.Equal(1, second.NextSequence);
    }

    private Task<StartSessionResponse> StartAsync(StartSessionResponse? before = null, Action<StartSessionRequest>? change = null, int replica = 0)
    {
        var request = Request(before);
        change?.Invoke(request);
        return _host.As(Identity.Viewer, replica).StartSessionAsync(request).ResponseAsync;
    }

    private StartSessionRequest Request(StartSessionResponse? before) => new()
    {
        Content = new() { TitleId = _title, EpisodeId = _episode },
        ContinueSessionId = before?.SessionId ?? "",
        ContinueSessionToken = before?.SessionToken ?? "",
    };
}
