using Grpc.Core;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Sessions;

public sealed class StartSessionOnceTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const string NoRedis = "127.0.0.1:1,connectTimeout=100";

    private readonly TelemetryHost _host = shared.Host;
    private readonly StartSessionRequest _request = new() { Content = new() { TitleId = Guid.CreateVersion7().ToString() } };
    private readonly string _key = Guid.NewGuid().ToString();

    [Fact]
    public async Task StartSession_RepeatedOnAnotherReplica_IsTheSameSession()
    {
        var first = await _host.As(Identity.Viewer).StartSessionAsync(_request, Keyed());

        Assert.Equal(first, await _host.As(Identity.Viewer, replica: 1).StartSessionAsync(_request, Keyed()));
        Assert.Equal(1, await SessionsAsync());
    }

    [Fact]
    public async Task StartSession_AtOnceAndRedisIsDown_StartsOneSession()
    {
        int[] replicas = [_host.AddReplica(NoRedis), _host.AddReplica(NoRedis)];

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => _host.As(Identity.Viewer, replicas[i % 2]).StartSessionAsync(_request, Keyed()).ResponseAsync));

        Assert.Single(answers.Distinct());
        Assert.Equal(1, await SessionsAsync());
    }

    [Fact]
    public async Task StartSession_OtherKey_IsAnotherSession()
    {
        await _host.As(Identity.Viewer).StartSessionAsync(_request, Keyed());
        await _host.As(Identity.Viewer).StartSessionAsync(_request, new Metadata { { IdempotencyKey.Header, "another" } });

        Assert.Equal(2, await SessionsAsync());
    }

    private Metadata Keyed() => new() { { IdempotencyKey.Header, _key } };

    private Task<long> SessionsAsync() =>
        _host.ScalarAsync<long>($"SELECT count(*) FROM playback_session WHERE title_id = '{_request.Content.TitleId}'");
}
