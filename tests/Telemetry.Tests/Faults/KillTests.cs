using Google.Protobuf.WellKnownTypes;
using Grpc.Net.Client;
using MoviesNow.Telemetry;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Faults;

/// <summary>
/// Two replicas write the same sessions, and one of them or the database is killed (SIGKILL) meanwhile. Every event that was acknowledged
/// is there, once; sessions and deltas are what the events come to.
/// </summary>
public sealed class KillTests : IClassFixture<PostgresOutageFixture>, IAsyncLifetime
{
    private const int Sessions = 3;
    private const int Batches = 120;

    private readonly TestPostgres _postgres;
    private TelemetryHost _host = null!;
    private DeltaLog _deltas = null!;

    public KillTests(PostgresOutageFixture postgres) => _postgres = postgres.Server;

    public async Task InitializeAsync()
    {
        _host = await TelemetryHost.StartAsync(await _postgres.CreateDatabaseAsync());
        _deltas = await DeltaLog.StartAsync(_host.Database);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Kill_OfAReplicaUnderLoad_LosesNothingAndCountsNothingTwice()
    {
        await using var victim = await ReplicaProcess.StartAsync(
            typeof(TelemetryOptions).Assembly.Location, [.. _host.Settings, new("Auth:LocalSigningKey", Identity.SigningKey), new("RateLimits:Enabled", "false")]);
        using var channel = GrpcChannel.ForAddress(victim.Address);
        var client = new PlaybackSessionService.PlaybackSessionServiceClient(channel);
        var survivor = _host.As(null);
        var turn = 0;
        var loads = await LoadsAsync();
        var running = loads.ConvertAll(load => load.RunAsync(isAgain => isAgain || Interlocked.Increment(ref turn) % 4 == 0 ? survivor : client));

        await Task.WhenAny([Task.WhenAll(loads.Select(load => load.UnderWay)), .. running]).Unwrap();
        await victim.KillAsync();
        var atKill = loads.ConvertAll(load => load.Acknowledged);

        await CheckAcknowledgedAsync(loads, atKill);
        loads.ForEach(load => load.OutageIsOver());
        await Task.WhenAll(running);
        Assert.True(loads.Sum(load => load.Failures) > 0, "Nobody was cut off.");
        await CheckAllAsync(loads);
    }

    [Fact]
    public async Task Kill_OfTheDatabaseUnderLoad_LosesNothingAndCountsNothingTwice()
    {
        var second = _host.AddReplica();
        var clients = new[] { _host.As(null), _host.As(null, second) };
        var turn = 0;
        var loads = await LoadsAsync();
        var running = loads.ConvertAll(load => load.RunAsync(_ => clients[Interlocked.Increment(ref turn) & 1]));

        await Task.WhenAny([Task.WhenAll(loads.Select(load => load.UnderWay)), .. running]).Unwrap();
        await _postgres.KillAsync();
        var atKill = loads.ConvertAll(load => load.Acknowledged);
        await _postgres.StartAsync();
        _host.Database.Clear();

        await CheckAcknowledgedAsync(loads, atKill);
        loads.ForEach(load => load.OutageIsOver());
        await Task.WhenAll(running);
        Assert.True(loads.Sum(load => load.Failures) > 0, "Nobody was cut off.");
        await CheckAllAsync(loads);
    }

    private async Task<List<PlayerLoad>> LoadsAsync()
    {
        // The players' clocks are ahead of events that they will tell of: positions and times move on together.
        var click = DateTimeOffset.UtcNow.ToTimestamp();
        var sessions = await Task.WhenAll(Enumerable.Range(0, Sessions).Select(_ => _host.StartSessionAsync(request => request.ClientTime = click)));
        return [.. sessions.Select(session => new PlayerLoad(session, Batches))];
    }

    private async Task CheckAcknowledgedAsync(List<PlayerLoad> loads, List<IReadOnlySet<long>> atKill)
    {
        foreach (var (load, acknowledged) in loads.Zip(atKill))
        {
            var stored = await _host.ListEventsAsync(load.SessionId);
            Assert.NotEmpty(acknowledged);
            Assert.Subset(stored.Select(e => e.Sequence).ToHashSet(), acknowledged.ToHashSet());
        }
    }

    private async Task CheckAllAsync(List<PlayerLoad> loads)
    {
        foreach (var load in loads)
        {
            var (session, events) = await Refold.CheckAsync(_host, load.SessionId, _deltas);
            Assert.Equal(Enumerable.Range(1, load.EventCount), events.Select(e => e.Sequence));
            Assert.Equal(load.EventCount, session.EventCount);
            Assert.Equal(load.EventCount, load.Acknowledged.Count);
            Assert.Equal((load.EventCount - 1) * 20, session.Measures.WatchTimeMs);
            Assert.Equal(3_000_000, session.Measures.AverageBitrateBps);
        }
    }
}
