using System.Buffers.Binary;
using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using MoviesNow.Common.V1;
using MoviesNow.Telemetry.Qoe;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;
using Telemetry.Tests.Qoe;
using static Telemetry.Tests.Hosting.Samples;

namespace Telemetry.Tests.Live;

public sealed class WatchLiveTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TelemetryHost _host = shared.Host;

    [Fact]
    public async Task WatchLive_SessionsOfAllReplicas_CountsThoseThatPlay()
    {
        var title = Guid.CreateVersion7().ToString();
        var playing = await StartAsync(title, "NO");
        await StartAsync(title, "SE", replica: 1);
        await StartAsync(title, "NO", EventType.Play, EventType.Pause);
        await StartAsync(title, "NO", EventType.Play, EventType.Complete);
        await StartAsync(title, "NO", EventType.Heartbeat);

        var all = await FirstAsync(new WatchLiveRequest { TitleId = title });
        var country = await FirstAsync(new WatchLiveRequest { TitleId = title, Country = "SE" }, replica: 1);
        await _host.As(null).AppendEventsAsync(Append(playing, Event(9, EventType.Pause)));
        var later = await FirstAsync(new WatchLiveRequest { TitleId = title });

        Assert.Equal((2, 1, 1), (all.ConcurrentViewers, country.ConcurrentViewers, later.ConcurrentViewers));
        Assert.Equal([new LiveTitle { TitleId = title, ConcurrentViewers = 2 }], all.Titles);
    }

    [Fact]
    public async Task WatchLive_SessionSilentForThreeHeartbeats_DoesNotCount()
    {
        var title = Guid.CreateVersion7().ToString();
        var session = await StartAsync(title, "NO");
        await ExecuteAsync($"UPDATE playback_session SET last_event_at = clock_timestamp() - interval '46 seconds' WHERE id = '{session.SessionId}'");

        Assert.Equal(0, (await FirstAsync(new WatchLiveRequest { TitleId = title })).ConcurrentViewers);
    }

    [Fact]
    public async Task WatchLive_Quality_IsThatOfTheLastMinutes()
    {
        var title = Guid.CreateVersion7();
        var now = QoeLevel.Minute.Floor(DateTimeOffset.UtcNow);
        var delta = new Delta(now) { Title = title, Country = "NO" }.With(QoeColumn.SessionCount, 1).With(QoeColumn.PresentMs, 120_000).WithStart(2_000);
        await Delta.RollUpAsync(
            _host, delta, delta with { Minute = now.AddMinutes(-3), Country = "SE" }, delta with { Minute = now.AddMinutes(-3), Title = Guid.CreateVersion7() },
            delta with { Minute = now.AddMinutes(-9) });

        var all = (await FirstAsync(new WatchLiveRequest { TitleId = title.ToString() })).Metrics;
        var country = (await FirstAsync(new WatchLiveRequest { TitleId = title.ToString(), Country = "SE" })).Metrics;

        Assert.Equal((2, 2, 2), (all.SessionCount, all.StartCount, all.PeakConcurrentViewers));
        Assert.InRange(all.StartupTimeP50Ms, 1_980, 2_020);
        Assert.InRange(all.AverageConcurrentViewers, 240_000 / 360_000.0, 240_000 / 300_000.0);
        Assert.Equal(1, country.SessionCount);
    }

    [Fact]
    public async Task WatchLive_ManyTitles_ShowsTheTenMostWatched()
    {
        var host = await NewHostAsync();
        await using var closing = host;
        await InsertSessionsAsync(host, "SELECT ('00000000-0000-0000-0000-0000000000' || lpad(t::text, 2, '0'))::uuid AS title_id, 'NO' AS country FROM generate_series(1, 12) t, generate_series(1, t)");

        var live = await FirstAsync(new WatchLiveRequest(), host: host);

        Assert.Equal(78, live.ConcurrentViewers);
        Assert.Equal(Enumerable.Range(3, 10).Reverse().Select(n => (long)n), live.Titles.Select(title => title.ConcurrentViewers));
    }

    [Fact]
    public async Task WatchLive_Interval_IsKeptBetweenAnswers()
    {
        using var call = Client().WatchLive(new WatchLiveRequest { Interval = new Duration { Seconds = 1, Nanos = 1 } });
        var times = new List<DateTimeOffset>();
        while (times.Count < 3 && await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            times.Add(call.ResponseStream.Current.Time.ToDateTimeOffset());
        }

        Assert.All(times.Zip(times.Skip(1), (a, b) => b - a), gap => Assert.True(gap > TimeSpan.FromSeconds(1.5), $"{gap}"));
    }

    [Theory]
    [InlineData(0, 999_999_999)]
    [InlineData(60, 1)]
    [InlineData(-1, 0)]
    public async Task WatchLive_IntervalOutOfRange_IsRefused(long seconds, int nanos) => await RpcAssert.FailsAsync(
        ErrorReason.InvalidFields, () => FirstAsync(new WatchLiveRequest { Interval = new Duration { Seconds = seconds, Nanos = nanos } }));

    [Fact]
    public async Task WatchLive_BadFilter_IsRefused()
    {
        await RpcAssert.FailsAsync(ErrorReason.InvalidFields, () => FirstAsync(new WatchLiveRequest { TitleId = "x" }));
        await RpcAssert.FailsAsync(ErrorReason.InvalidFields, () => FirstAsync(new WatchLiveRequest { Country = "Norway" }));
    }

    [Fact]
    public async Task WatchLive_GrpcWeb_Works()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_host.WebAddress(), "/moviesnow.telemetry.v1.QoeService/WatchLive"))
        {
            // A frame without a message: everything as it is when absent.
            Content = new ByteArrayContent([0, 0, 0, 0, 0]),
        };
        request.Content.Headers.ContentType = new("application/grpc-web+proto");
        request.Headers.Authorization = new("Bearer", Identity.Admin.Token());
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();

        Assert.True((await ReadFrameAsync(stream)).Time < (await ReadFrameAsync(stream)).Time);
    }

    [Fact]
    public async Task WatchLive_NobodyWatches_NothingIsMeasured()
    {
        var host = await NewHostAsync();
        await using var closing = host;
        await FirstAsync(new WatchLiveRequest(), host: host);
        using var measurements = new MeasurementCount();
        using (var call = Client(host).WatchLive(new WatchLiveRequest()))
        {
            await call.ResponseStream.MoveNext(CancellationToken.None);
            await call.ResponseStream.MoveNext(CancellationToken.None);
            Assert.True(measurements.Count > 0);
        }

        // The one after the last caller has gone sees that nobody watches.
        await Eventually.HoldsAsync(async () =>
        {
            var before = measurements.Count;
            await Task.Delay(TimeSpan.FromSeconds(2.5));
            return measurements.Count == before;
        });
    }

    [Fact]
    public async Task WatchLive_ThousandWatchersOfThousandsOfSessions_AllGetEachTheirOwnFilter()
    {
        const int Watchers = 1_000;
        var host = await NewHostAsync();
        await using var closing = host;
        await InsertSessionsAsync(host, """
            SELECT ('00000000-0000-0000-0000-0000000' || lpad((s % 500)::text, 5, '0'))::uuid AS title_id, (ARRAY['NO', 'SE', 'DK', 'DE', 'US'])[1 + s % 5] AS country
            FROM generate_series(0, 4999) s
            """);
        using var measurements = new MeasurementCount();
        using var channel = GrpcChannel.ForAddress(host.Address(), new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true },
        });
        var client = new QoeService.QoeServiceClient(channel);
        var headers = new Metadata { { "authorization", $"Bearer {Identity.Admin.Token()}" } };
        var seen = new ConcurrentBag<(int Filter, long Viewers)>();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));

        await Task.WhenAll(Enumerable.Range(0, Watchers).Select(async watcher =>
        {
            var filter = watcher % 3;
            var request = filter switch
            {
                0 => new WatchLiveRequest(),
                1 => new WatchLiveRequest { Country = "NO" },
                _ => new WatchLiveRequest { TitleId = $"00000000-0000-0000-0000-0000000{watcher % 500:00000}" },
            };
            using var call = client.WatchLive(request, headers, cancellationToken: patience.Token);
            for (var i = 0; i < 3; i++)
            {
                Assert.True(await call.ResponseStream.MoveNext(patience.Token));
                seen.Add((filter, call.ResponseStream.Current.ConcurrentViewers));
            }
        }));

        Assert.Equal(3 * Watchers, seen.Count);
        Assert.All(seen, item => Assert.Equal(item.Filter switch { 0 => 5_000, 1 => 1_000, _ => 10 }, item.Viewers));

        // One for all of them: were there one for each, there would be thousands.
        Assert.InRange(measurements.Count, 3, 150);
    }

    [Fact]
    public async Task WatchLive_SlowReader_GetsTheLatestAndKeepsNobodyWaiting()
    {
        var host = await NewHostAsync();
        await using var closing = host;
        await InsertSessionsAsync(host, "SELECT gen_random_uuid() AS title_id, 'NO' AS country FROM generate_series(1, 10)");
        using var slow = Client(host).WatchLive(new WatchLiveRequest());
        Assert.True(await slow.ResponseStream.MoveNext(CancellationToken.None));
        var feed = new BlockedStream();
        var blocked = host.Get<MoviesNow.Telemetry.Live.LiveFeed>().SendAsync(
            new(new(TitleId: null, ""), Measurements: 1), feed, CancellationToken.None);
        await feed.Blocked;

        // Three more for those who read.
        for (var i = 0; i < 3; i++)
        {
            Assert.True(await slow.ResponseStream.MoveNext(CancellationToken.None));
        }

        var latest = slow.ResponseStream.Current.Time.ToDateTimeOffset();
        feed.Release();
        var next = await feed.Second;

        Assert.True(next.Time.ToDateTimeOffset() >= latest, "an old measurement was kept for a slow reader");
        await host.StopAsync();
        await RpcAssert.FailsAsync(ErrorReason.DependencyUnavailable, () => blocked);
    }

    [Fact]
    public async Task WatchLive_TooManyWatch_IsRefusedUntilOneLeaves()
    {
        var host = await NewHostAsync(("Telemetry:Live:MaxSubscribers", "2"));
        await using var closing = host;
        using var first = Client(host).WatchLive(new WatchLiveRequest());
        Assert.True(await first.ResponseStream.MoveNext(CancellationToken.None));
        using (var second = Client(host).WatchLive(new WatchLiveRequest()))
        {
            Assert.True(await second.ResponseStream.MoveNext(CancellationToken.None));

            await RpcAssert.FailsAsync(ErrorReason.Overloaded, () => FirstAsync(new WatchLiveRequest(), host: host));
        }

        await Eventually.HoldsAsync(async () =>
        {
            try
            {
                await FirstAsync(new WatchLiveRequest(), host: host);
                return true;
            }
            catch (RpcException exception) when (exception.StatusCode is StatusCode.ResourceExhausted)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task WatchLive_ServiceShutsDown_EndsTheCall()
    {
        var host = await NewHostAsync();
        await using var closing = host;
        using var call = Client(host).WatchLive(new WatchLiveRequest());
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));

        var stopping = host.StopAsync();

        await RpcAssert.FailsAsync(ErrorReason.DependencyUnavailable, async () =>
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
            }
        });
        await stopping;
    }

    private static async Task<WatchLiveResponse> ReadFrameAsync(Stream stream)
    {
        var head = new byte[5];
        await stream.ReadExactlyAsync(head);
        Assert.Equal(0, head[0]);
        var message = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
        await stream.ReadExactlyAsync(message);
        return WatchLiveResponse.Parser.ParseFrom(message);
    }

    private static async Task<TelemetryHost> NewHostAsync(params (string Key, string Value)[] settings)
    {
        var postgres = new PostgresFixture();
        await postgres.InitializeAsync();
        return await TelemetryHost.StartAsync(await postgres.CreateDatabaseAsync(), settings);
    }

    /// <summary>Sessions that play, from a query of titles and countries.</summary>
    private static async Task InsertSessionsAsync(TelemetryHost host, string query)
    {
        await using var command = host.Database.CreateCommand($"""
            SELECT create_day_partitions((now() AT TIME ZONE 'UTC')::date, 1);
            INSERT INTO playback_session (
                id, started_at, viewer, title_id, device, app_name, app_version, network, country, state, end_reason, last_event_at, event_count,
                last_sequence, furthest_position_ms, play_sequence, pause_sequence, resume_sequence, error_sequence, complete_sequence, complete_reason)
            SELECT overlay(gen_random_uuid()::text PLACING left(first_session_id((now() AT TIME ZONE 'UTC')::date)::text, 13) FROM 1 FOR 13)::uuid,
                now(), '', title_id, '', '', '', 0, country, 2, 0, now() + interval '5 minutes', 1, 1, 0, 1, 0, 0, 0, 0, 0
            FROM ({query}) AS sessions
            """);
        await command.ExecuteNonQueryAsync();
    }

    private QoeService.QoeServiceClient Client(TelemetryHost? host = null, int replica = 0) => new((host ?? _host).Invoker(Identity.Admin, replica));

    /// <summary>The first answer that was measured after the call began.</summary>
    private async Task<WatchLiveResponse> FirstAsync(WatchLiveRequest request, int replica = 0, TelemetryHost? host = null)
    {
        var begin = DateTimeOffset.UtcNow;
        using var call = Client(host, replica).WatchLive(request);
        do
        {
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        }
        while (call.ResponseStream.Current.Time.ToDateTimeOffset() < begin);
        return call.ResponseStream.Current;
    }

    private async Task<StartSessionResponse> StartAsync(string title, string country, params EventType[] events) =>
        await StartAsync(title, country, replica: 0, events);

    private async Task<StartSessionResponse> StartAsync(string title, string country, int replica, params EventType[] events)
    {
        var session = await _host.As(Identity.Service, replica).StartSessionAsync(new StartSessionRequest
        {
            Content = new PlaybackContent { TitleId = title },
            Client = new PlaybackClient { Country = country },
        });
        var types = events.Length == 0 ? [EventType.Play] : events;
        await _host.As(null, replica).AppendEventsAsync(Append(session, types.Select((type, i) => Event(i + 1, type, e => e.ClientTime = DateTimeOffset.UtcNow.ToTimestamp()))));
        return session;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _host.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
