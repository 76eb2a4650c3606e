using System.Net;
using System.Text;
using System.Text.Json;
using MoviesNow.Telemetry.V1;
using Telemetry.Tests.Hosting;
using static Telemetry.Tests.Cmcd.CollectorClient;

namespace Telemetry.Tests.Cmcd;

public sealed class CollectorTests(SharedHost shared) : IClassFixture<SharedHost>, IDisposable
{
    private readonly TelemetryHost _host = shared.Host;
    private readonly CollectorClient _player = new(shared.Host);

    public void Dispose() => _player.Dispose();

    [Fact]
    public async Task Post_BatchOfReports_IsStoredAsEvents()
    {
        var title = Guid.CreateVersion7().ToString();
        var session = await _host.StartSessionAsync(request => request.Content.TitleId = title);
        string[] lines =
        [
            Line(0, $"cid=\"{title}\",e=ps,pt=0,sid=\"{session.SessionId}\",sta=s"),
            Line(1, $"br=(4200;v 128;a),cid=\"{title}\",e=ps,msd=700,pt=0,sid=\"{session.SessionId.ToUpperInvariant()}\",sta=p"),
            Line(2, "e=ps,pt=9000,sta=r"),
            Line(3, "bsd=(700),e=ps,pt=9000,sta=p"),
            Line(4, "bg,e=b,pt=11000"),
            Line(5, "br=(800;v),e=bc,pt=12000"),
            Line(6, "e=ps,pt=60000,sta=k"),
            Line(7, "e=e,ec=(\"fragLoadError\")"),
            Line(8, "e=ps,pt=60500,sta=e"),
        ];

        using var answer = await _player.PostAsync(session, string.Join('\n', lines));

        Assert.Equal((HttpStatusCode.NoContent, ""), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal(
            "1 Heartbeat 0 0, 2 Play 0 4200000, 3 BufferingStart 9000 4200000, 4 Play 9000 4200000, 5 VisibilityChange 11000 4200000, 6 QualityChange 12000 800000, "
            + "7 Seek 60000 800000, 8 Error 60000 800000, 9 Complete 60500 800000",
            string.Join(", ", (await _host.ListEventsAsync(session.SessionId)).Select(e => $"{e.Sequence} {e.Type} {e.PositionMs} {e.BitrateBps}")));
        var summary = await _host.GetSessionAsync(session.SessionId);
        Assert.Equal((SessionState.Ended, SessionEndReason.Completed), (summary.State, summary.EndReason));
    }

    [Fact]
    public async Task Post_SameReportsOnTwoReplicas_CountOnce()
    {
        var session = await _host.StartSessionAsync();
        var start = session.StartTime.ToDateTimeOffset();
        var numbered = string.Join('\n', Enumerable.Range(0, 20).Select(n => Line(n, "e=t,pt=1", start)));
        var timed = string.Join('\n', Enumerable.Range(1, 20).Select(n => $"e=t,pt=1,ts={start.AddSeconds(n).ToUnixTimeMilliseconds()},v=2"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => _player.PostAsync(session, i % 2 == 0 ? numbered : timed, replica: i / 4)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode));
        Assert.Equal(40, (await _host.GetSessionAsync(session.SessionId)).EventCount);
        Assert.Equal(20_001, (await _host.ListEventsAsync(session.SessionId))[^1].Sequence);
    }

    [Fact]
    public async Task Post_PlayerBegunAgain_GoesOnWithTheNumberThatItWasTold()
    {
        var session = await _host.StartSessionAsync();
        await _player.PostAsync(session, Line(0, "e=ps,sta=p"));

        using var again = await _player.PostAsync($"{Target(session)}&first=2", Encoding.UTF8.GetBytes(Line(0, "e=ps,sta=a")), "application/cmcd");

        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
        Assert.Equal([(1, EventType.Play), (2, EventType.Pause)], (await _host.ListEventsAsync(session.SessionId)).Select(e => ((int)e.Sequence, e.Type)));
    }

    [Fact]
    public async Task Post_WrongClock_IsCorrectedByWhatItWasOffAtTheStart()
    {
        var wrong = new DateTimeOffset(1999, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var session = await _host.StartSessionAsync(request => request.ClientTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(wrong));

        using var answer = await _player.PostAsync(session, $"e=t,ts={wrong.AddSeconds(5).ToUnixTimeMilliseconds()},v=2");

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(5_001, Assert.Single(await _host.ListEventsAsync(session.SessionId)).Sequence);
    }

    [Fact]
    public async Task Post_SomeReportsOfABatchAreBad_StoresTheOthersAndTells()
    {
        var title = Guid.CreateVersion7().ToString();
        var session = await _host.StartSessionAsync(request => request.Content.TitleId = title);
        string[] lines =
        [
            Line(0, "e=ps,sta=p"),
            Line(1, $"cid=\"{Guid.CreateVersion7()}\",e=t"),
            Line(2, $"e=t,sid=\"{Guid.CreateVersion7()}\""),
            Line(3, "bl=(x y),e=t"),
            "nonsense",
            "e=t,ts=1,v=2",
            Line(10_000_000, "e=t"),
            "e=t,v=3",
            Line(8, $"cid=\"an ad\",e=as"),
        ];

        using var answer = await _player.PostAsync(session, string.Join('\n', lines));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var told = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal((3, 0, 6), (told.RootElement.GetProperty("accepted").GetInt32(), told.RootElement.GetProperty("duplicate").GetInt32(), told.RootElement.GetProperty("rejected").GetInt32()));
        Assert.Equal(
            "2:0 cid, 3:0 sid, 4:1 bl, 5:0 , 6:0 ts, 7:0 sn, 8:5 v, 8:0 ",
            string.Join(", ", told.RootElement.GetProperty("problems").EnumerateArray().Select(p => $"{p.GetProperty("line")}:{p.GetProperty("column")} {p.GetProperty("key")}")));
        Assert.Equal([1, 4, 9], (await _host.ListEventsAsync(session.SessionId)).Select(e => (int)e.Sequence));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("hello")]
    [InlineData("e=t,ts=5,v=9")]
    [InlineData("sid=\"0198c0de-7a5b-7c3d-8e9f-0123456789ab\",e=t,v=2")]
    public async Task Post_NothingUsable_IsMalformed(string body)
    {
        var session = await _host.StartSessionAsync();

        using var answer = await _player.PostAsync(session, body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(0, (await _host.GetSessionAsync(session.SessionId)).EventCount);
    }

    [Fact]
    public async Task Post_BytesThatAreNoText_IsMalformed()
    {
        var target = Target(await _host.StartSessionAsync());

        Assert.Equal(HttpStatusCode.BadRequest, (await _player.PostAsync(target, [0xFF, 0xFE], "application/cmcd")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await _player.PostAsync(target, "not gzip"u8.ToArray(), "application/cmcd", "gzip")).StatusCode);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(30)]
    public async Task Post_PackedBodyThatIsCutOff_IsMalformedAndStoresNothing(int missing)
    {
        var session = await _host.StartSessionAsync();
        var packed = Gzip(Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 20).Select(n => Line(n, "e=t")))));

        using var answer = await _player.PostAsync(Target(session), packed[..^missing], "application/cmcd", "gzip");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(0, (await _host.GetSessionAsync(session.SessionId)).EventCount);
    }

    [Theory]
    [InlineData("application/cmcd", null, 204)]
    [InlineData("application/cmcd;charset=utf-8", null, 204)]
    [InlineData("application/cmcd;charset=\"UTF-8\"", "identity", 204)]
    [InlineData("text/cmcd", null, 204)]
    [InlineData("text/plain;charset=UTF-8", null, 204)]
    [InlineData("application/cmcd", "gzip", 204)]
    [InlineData("application/cmcd", "br", 415)]
    [InlineData("application/cmcd", "gzip, gzip", 415)]
    [InlineData("application/cmcd;charset=utf-16", null, 415)]
    [InlineData("application/x-www-form-urlencoded", null, 415)]
    [InlineData(null, null, 415)]
    public async Task Post_ContentTypeAndEncoding_AreThoseThatCanBeRead(string? type, string? encoding, int status)
    {
        var session = await _host.StartSessionAsync();
        var body = Encoding.UTF8.GetBytes(Line(0, "e=t"));

        using var answer = await _player.PostAsync(Target(session), encoding is "gzip" ? Gzip(body) : body, type, encoding);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 204 ? 1 : 0, (await _host.GetSessionAsync(session.SessionId)).EventCount);
        Assert.Equal(status == 415, answer.Headers.TryGetValues("accept-encoding", out _));
    }

    [Fact]
    public async Task Post_Json_IsRead()
    {
        var session = await _host.StartSessionAsync();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

        using var answer = await _player.PostAsync(session, $$"""[{"e":"ps","sta":"p","sn":0,"ts":{{now}},"v":2},{"br":3200,"ot":"v","bs":true}]""", "application/json");

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal([EventType.Play, EventType.BufferingStart], (await _host.ListEventsAsync(session.SessionId)).Select(e => e.Type));
    }

    [Theory]
    [InlineData(262_144, 204)]
    [InlineData(262_145, 413)]
    public async Task Post_LargeBody_IsBoundedPackedAndUnpacked(int bytes, int status)
    {
        var session = await _host.StartSessionAsync();
        var body = Encoding.UTF8.GetBytes(Line(0, "e=t").PadRight(bytes));

        Assert.Equal(status, (int)(await _player.PostAsync(Target(session), body, "application/cmcd")).StatusCode);
        Assert.Equal(status, (int)(await _player.PostAsync(Target(session), Gzip(body), "application/cmcd", "gzip")).StatusCode);
        using var chunked = new StreamContent(new MemoryStream(body));
        chunked.Headers.ContentType = new("application/cmcd");
        chunked.Headers.ContentLength = null;
        Assert.Equal(status, (int)(await _player.SendAsync(HttpMethod.Post, Target(session), chunked)).StatusCode);
    }

    [Fact]
    public async Task Post_Bomb_IsTooLargeAndCostsLittle()
    {
        var target = Target(await _host.StartSessionAsync());
        var bomb = Gzip(new byte[200 * 1024 * 1024]);
        await _player.PostAsync(target, bomb, "application/cmcd", "gzip");
        var before = GC.GetTotalAllocatedBytes();

        using var answer = await _player.PostAsync(target, bomb, "application/cmcd", "gzip");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 20 * 1024 * 1024);
    }

    [Fact]
    public async Task Post_ManyReports_AreAtMostFiveHundred()
    {
        var session = await _host.StartSessionAsync();
        string Body(int count) => string.Join('\n', Enumerable.Range(0, count).Select(n => Line(n, "e=t")));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await _player.PostAsync(session, Body(501))).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _player.PostAsync(session, Body(500))).StatusCode);
        Assert.Equal(500, (await _host.GetSessionAsync(session.SessionId)).EventCount);
    }

    [Fact]
    public async Task Beacon_QueryOrHeaders_IsOneReport()
    {
        var session = await _host.StartSessionAsync();
        var target = Target(session);

        using var query = await _player.SendAsync(HttpMethod.Get, $"{target}&CMCD=ot%3Dv%2Cbr%3D3200");
        using var headers = await _player.SendAsync(
            HttpMethod.Get, $"{target}&CMCD=bs%2Cot%3Dv", headers: [("CMCD-Object", "br=(800;v),ot=v"), ("CMCD-Request", "sn=9000000,sta=a"), ("CMCD-Session", "v=2")]);
        using var posted = await _player.SendAsync(HttpMethod.Post, $"{target}&CMCD=e%3De%2Cec%3D(%22x%22)%2Csn%3D9000001%2Cv%3D2");
        using var none = await _player.SendAsync(HttpMethod.Get, target);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.BadRequest), (query.StatusCode, headers.StatusCode, posted.StatusCode, none.StatusCode));
        Assert.Equal(
            [(EventType.Play, 3_200_000L), (EventType.Pause, 800_000L), (EventType.Error, 800_000L)],
            (await _host.ListEventsAsync(session.SessionId)).Select(e => (e.Type, e.BitrateBps)));
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    public async Task OtherMethod_IsNotAllowed(string method)
    {
        using var answer = await _player.SendAsync(new HttpMethod(method), Target(await _host.StartSessionAsync()));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET", "POST"], answer.Content.Headers.Allow.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Post_SessionOrTokenThatIsNot_IsGone()
    {
        var (mine, other) = (await _host.StartSessionAsync(), await _host.StartSessionAsync());
        var unknown = Guid.CreateVersion7();
        string[] targets =
        [
            "/cmcd", "/cmcd?session=5&token=x", $"/cmcd?session={mine.SessionId}", $"/cmcd?session={mine.SessionId}&token=", $"/cmcd?session={mine.SessionId}&token={other.SessionToken}",
            $"/cmcd?session={mine.SessionId}&token={mine.SessionToken}&token={other.SessionToken}", $"/cmcd?session={mine.SessionId}&token={new string('x', 5_000)}",
            $"/cmcd?session={unknown}&token={_host.Get<MoviesNow.Telemetry.Sessions.SessionTokens>().Issue(unknown)}", $"{Target(mine)}&first=0", $"{Target(mine)}&first=x",
        ];

        foreach (var target in targets)
        {
            using var answer = await _player.PostAsync(target, Encoding.UTF8.GetBytes(Line(0, "e=t")), "application/cmcd");
            Assert.Equal((target, HttpStatusCode.Gone), (target, answer.StatusCode));
        }

        Assert.Equal(0, (await _host.GetSessionAsync(mine.SessionId)).EventCount);
    }

    [Fact]
    public async Task Post_SessionThatWasErased_IsGone()
    {
        var session = await _host.StartSessionAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await _player.PostAsync(session, Line(0, "e=t"))).StatusCode);
        await using (var erase = _host.Database.CreateCommand($"DELETE FROM playback_session WHERE id = '{session.SessionId}'"))
        {
            await erase.ExecuteNonQueryAsync();
        }

        Assert.Equal(HttpStatusCode.Gone, (await _player.PostAsync(session, Line(1, "e=t"))).StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await _player.PostAsync(session, Line(1, "e=t"))).StatusCode);
    }
}
