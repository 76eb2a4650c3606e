using Grpc.Core;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Titles;

/// <summary>A title has no name of its own that is unique, so repeating its creation is made safe by the idempotency key, with and without Redis.</summary>
[Collection(CatalogTestGroup.Name)]
public sealed class CreateTitleOnceTests(CatalogFixture catalog)
{
    private const string NoRedis = "127.0.0.1:1,connectTimeout=100";

    private readonly CreateTitleRequest _request = new() { Kind = TitleKind.Movie, Name = $"Once {Guid.NewGuid()}" };
    private readonly string _key = Guid.NewGuid().ToString();

    [Fact]
    public async Task CreateTitle_RepeatedOnAnotherReplica_IsTheSameTitle()
    {
        var first = await catalog.One.Admin.Titles.CreateTitleAsync(_request, Keyed());
        await catalog.One.Admin.Titles.PublishTitleAsync(new() { TitleId = first.Title.Id });

        Assert.Equal(first, await catalog.Two.Admin.Titles.CreateTitleAsync(_request, Keyed()));
    }

    [Fact]
    public async Task CreateTitle_AtOnceAndRedisIsDown_MakesOneTitle()
    {
        await using var one = catalog.WithRedis(NoRedis);
        await using var two = catalog.WithRedis(NoRedis);
        Replica[] replicas = [one, two];

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => CreateAsync(replicas[i % 2])));

        Assert.Single(answers.Select(answer => answer.TitleId).Distinct());
        Assert.All(answers, answer => Assert.Equal(IdempotencyStatus.Unprotected, answer.Status));
        Assert.Single((await catalog.One.Admin.Titles.ListTitlesAsync(new() { Query = _request.Name })).Titles);
    }

    [Fact]
    public async Task CreateSeasonAndEpisode_RecordIsLost_AnswersWithWhatTheCallMade()
    {
        await using var replica = catalog.WithRedis(NoRedis);
        var title = await replica.Admin.Titles.CreateTitleAsync(new() { Kind = TitleKind.Series, Name = _request.Name });
        var season = new CreateSeasonRequest { TitleId = title.Title.Id, Number = 1, Name = "One" };

        var made = await replica.Admin.Seasons.CreateSeasonAsync(season, Keyed());
        var episode = new CreateEpisodeRequest { SeasonId = made.Season.Id, Number = 1, Name = "Pilot" };
        var pilot = await replica.Admin.Seasons.CreateEpisodeAsync(episode, Keyed());

        Assert.Equal(made, await replica.Admin.Seasons.CreateSeasonAsync(season, Keyed()));
        Assert.Equal(pilot, await replica.Admin.Seasons.CreateEpisodeAsync(episode, Keyed()));
        await RpcAssert.FailsAsync(ErrorReason.SeasonExists, async () => await replica.Admin.Seasons.CreateSeasonAsync(season));
        await RpcAssert.FailsAsync(ErrorReason.EpisodeExists, async () => await replica.Admin.Seasons.CreateEpisodeAsync(episode));
    }

    [Fact]
    public async Task Ready_RedisIsDown_IsDegradedAndReady()
    {
        await using var replica = catalog.WithRedis(NoRedis);
        var health = new Grpc.Health.V1.Health.HealthClient(replica.Public.Invoker);

        var answer = await health.CheckAsync(new() { Service = "ready" });

        Assert.Equal(Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving, answer.Status);
    }

    private Metadata Keyed() => new() { { IdempotencyKey.Header, _key } };

    private async Task<(string TitleId, string? Status)> CreateAsync(Replica replica)
    {
        using var call = replica.Admin.Titles.CreateTitleAsync(_request, Keyed());
        var answer = await call;
        return (answer.Title.Id, (await call.ResponseHeadersAsync).GetValue(IdempotencyStatus.Header));
    }
}
