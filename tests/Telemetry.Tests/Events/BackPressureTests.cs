using Google.Rpc;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Npgsql;
using Telemetry.Tests.Hosting;
using static Telemetry.Tests.Hosting.Samples;

namespace Telemetry.Tests.Events;

/// <summary>A database that does not keep up: a test holds the lock of a session that the writers need.</summary>
public sealed class BackPressureTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private TelemetryHost _host = null!;
    private StartSessionResponse _session = null!;

    public async Task InitializeAsync()
    {
        _host = await TelemetryHost.StartAsync(await postgres.CreateDatabaseAsync(), ("Telemetry:MaxQueuedEvents", "500"));
        _session = await _host.StartSessionAsync();
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task AppendEvents_TooManyWait_IsRefusedAndTheAcknowledgedAreKept()
    {
        Task<AppendEventsResponse> waiting;
        await using (await HoldAsync())
        {
            waiting = _host.As(null).AppendEventsAsync(Append(_session, Enumerable.Range(1, 500).Select(i => Event(i)))).ResponseAsync;
            await UntilHeldAsync(500);

            var refusal = await RpcAssert.FailsAsync(ErrorReason.Overloaded, async () => await _host.As(null).AppendEventsAsync(Append(_session, Event(501))));

            Assert.True(RpcErrors.DetailOf<RetryInfo>(refusal)!.RetryDelay.Seconds > 0);
            Assert.False(waiting.IsCompleted);
        }

        Assert.Equal(500, (await waiting).Results.Count(result => result.Verdict is EventVerdict.Accepted));
        Assert.Equal(500, (await _host.ListEventsAsync(_session.SessionId)).Count);
        await _host.As(null).AppendEventsAsync(Append(_session, Event(501)));
    }

    [Fact]
    public async Task StreamEvents_TooManyWait_SlowsTheSenderDown()
    {
        using var call = _host.As(Identity.Service).StreamEvents();
        Task sending;
        await using (await HoldAsync())
        {
            sending = SendAsync(call.RequestStream, messages: 30);
            await UntilHeldAsync(500);
        }

        await sending;
        Assert.Equal(30 * 100, (await call).AcceptedCount);
        Assert.Equal(3_000, (await _host.GetSessionAsync(_session.SessionId)).EventCount);
    }

    [Fact]
    public async Task AppendEvents_CallerGivesUpWhileItWaits_FreesItsPlace()
    {
        using var giveUp = new CancellationTokenSource();
        await using (await HoldAsync())
        {
            var abandoned = _host.As(null).AppendEventsAsync(Append(_session, Event(1)), cancellationToken: giveUp.Token);
            await UntilHeldAsync(1);
            await giveUp.CancelAsync();
            Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(async () => await abandoned)).StatusCode);
        }

        await UntilHeldAsync(0);
    }

    private async Task SendAsync(IClientStreamWriter<StreamEventsRequest> stream, int messages)
    {
        for (var i = 0; i < messages; i++)
        {
            await stream.WriteAsync(new() { SessionId = _session.SessionId, Events = { Enumerable.Range(i * 100 + 1, 100).Select(n => Event(n)) } });
        }

        await stream.CompleteAsync();
    }

    private async Task<NpgsqlConnection> HoldAsync()
    {
        var connection = await _host.Database.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("SELECT FROM playback_session FOR UPDATE", connection, transaction);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private async Task UntilHeldAsync(int events)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (_host.Get<WriteQueue>().HeldEvents != events)
        {
            await Task.Delay(5, limit.Token);
        }
    }
}
