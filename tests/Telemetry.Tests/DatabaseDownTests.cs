using System.Collections.Concurrent;
using Google.Rpc;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;
using static Telemetry.Tests.Hosting.Samples;

namespace Telemetry.Tests;

/// <summary>These tests stop their database server, so it is theirs alone.</summary>
public sealed class DatabaseDownTests : IClassFixture<PostgresOutageFixture>, IAsyncLifetime
{
    private readonly TestPostgres _postgres;
    private TelemetryHost _host = null!;

    public DatabaseDownTests(PostgresOutageFixture postgres) => _postgres = postgres.Server;

    public async Task InitializeAsync() => _host = await TelemetryHost.StartAsync(await _postgres.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task EveryCall_DatabaseIsDown_IsUnavailableInTimeAndRecovers()
    {
        var session = await _host.StartSessionAsync();
        var content = new PlaybackContent { TitleId = Guid.CreateVersion7().ToString() };
        var (player, service, admin) = (_host.As(Identity.Viewer), _host.As(Identity.Service), _host.As(Identity.Admin));
        var heartbeat = new SendHeartbeatRequest
        {
            SessionId = session.SessionId,
            SessionToken = session.SessionToken,
            Sequence = 2,
            ClientTime = Event(1).ClientTime,
        };
        await _postgres.StopAsync();

        await UnavailableAsync(async deadline => await player.StartSessionAsync(new() { Content = content }, deadline: deadline));
        await UnavailableAsync(async deadline => await player.AppendEventsAsync(Append(session, Event(1)), deadline: deadline));
        await UnavailableAsync(async deadline => await player.SendHeartbeatAsync(heartbeat, deadline: deadline));
        await UnavailableAsync(async deadline => await service.GetSessionAsync(new() { SessionId = session.SessionId }, deadline: deadline));
        await UnavailableAsync(async deadline => await service.ListEventsAsync(new() { SessionId = session.SessionId }, deadline: deadline));
        await UnavailableAsync(async deadline => await admin.ListSessionsAsync(new(), deadline: deadline));
        await UnavailableAsync(async deadline =>
        {
            using var stream = service.StreamEvents(deadline: deadline);
            await stream.RequestStream.WriteAsync(new() { SessionId = session.SessionId, Events = { Event(1) } });
            await stream.RequestStream.CompleteAsync();
            await stream;
        });

        await _postgres.StartAsync();
        Assert.Equal("1:Accepted", Verdicts((await player.AppendEventsAsync(Append(session, Event(1)))).Results));
        await player.StartSessionAsync(new() { Content = content });
    }

    [Fact]
    public async Task StreamEvents_DatabaseGoesDownInTheMiddle_IsUnavailableAndKeepsWhatWasStored()
    {
        var session = await _host.StartSessionAsync();
        var service = _host.As(Identity.Service);
        using var stream = service.StreamEvents(deadline: DateTime.UtcNow.AddMinutes(2));
        await stream.RequestStream.WriteAsync(new() { SessionId = session.SessionId, Events = { Event(1), Event(2) } });
        await Eventually.HoldsAsync(async () => (await _host.GetSessionAsync(session.SessionId)).EventCount == 2);

        await _postgres.StopAsync();
        await RpcAssert.FailsAsync(ErrorReason.DependencyUnavailable, async () =>
        {
            await stream.RequestStream.WriteAsync(new() { SessionId = session.SessionId, Events = { Event(3) } });
            await stream.RequestStream.CompleteAsync();
            await stream;
        });
        await _postgres.StartAsync();

        Assert.Equal([1, 2], (await _host.ListEventsAsync(session.SessionId)).Select(e => e.Sequence));
        Assert.Equal("1:Duplicate 3:Accepted", Verdicts((await service.AppendEventsAsync(Append(session, Event(1), Event(3)))).Results));
    }

    [Fact]
    public async Task AppendEvents_DatabaseCrashesInTheMiddle_LosesNothingAcknowledged()
    {
        const int Batches = 400;
        const int Players = 8;
        var session = await _host.StartSessionAsync();
        var acknowledged = new ConcurrentDictionary<long, EventVerdict>();
        var someAreWritten = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var databaseIsBack = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var failures = 0;

        var players = Enumerable.Range(0, Players).Select(player => Task.Run(async () =>
        {
            var client = _host.As(null);
            for (var batch = player; batch < Batches; batch += Players)
            {
                var request = Append(session, Enumerable.Range(batch * 10 + 1, 10).Select(i => Event(i)));
                while (true)
                {
                    try
                    {
                        foreach (var result in (await client.AppendEventsAsync(request)).Results)
                        {
                            acknowledged[result.Sequence] = result.Verdict;
                        }

                        if (acknowledged.Count > Batches)
                        {
                            someAreWritten.TrySetResult();
                        }

                        break;
                    }
                    catch (RpcException exception)
                    {
                        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
                        Interlocked.Increment(ref failures);
                        await databaseIsBack.Task;
                    }
                }
            }
        })).ToArray();
        await someAreWritten.Task;
        await _postgres.KillAsync();
        var atCrash = acknowledged.Keys.ToHashSet();
        await _postgres.StartAsync();
        databaseIsBack.SetResult();
        await Task.WhenAll(players);

        Assert.True(failures > 0);
        var stored = (await _host.ListEventsAsync(session.SessionId)).Select(e => e.Sequence).ToList();
        Assert.Subset(stored.ToHashSet(), atCrash);
        Assert.Equal(Enumerable.Range(1, Batches * 10).Select(i => (long)i), stored);
        Assert.Equal(Batches * 10, (await _host.GetSessionAsync(session.SessionId)).EventCount);
    }

    private static async Task UnavailableAsync(Func<DateTime, Task> call)
    {
        var error = await RpcAssert.FailsAsync(ErrorReason.DependencyUnavailable, () => call(DateTime.UtcNow.AddSeconds(10)));
        Assert.NotNull(RpcErrors.DetailOf<RetryInfo>(error));
    }
}
