using Google.Protobuf.WellKnownTypes;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Bundles;

[Collection(CatalogTestGroup.Name)]
public sealed class ReserveBundleTests(CatalogFixture catalog)
{
    private BundleService.BundleServiceClient Service => catalog.One.Service.Bundles;

    [Fact]
    public async Task ReserveBundle_OfASeason_IsPendingAtTheSeasonsKey()
    {
        var title = await catalog.One.TitleAsync();
        await catalog.One.SeasonAsync(title.Id, 3);
        var request = Samples.SeasonBundle(title.Id, 3);
        request.RequiresToken = true;

        var bundle = (await Service.ReserveBundleAsync(request)).Bundle;

        Assert.Equal(request.BundleId, bundle.Id);
        Assert.Equal(BundleState.Pending, bundle.State);
        Assert.Equal($"bundles/{title.Id}/S03.zip", bundle.StorageKey);
        Assert.Equal("", bundle.ManifestKey);
        Assert.Equal(3, bundle.SeasonNumber);
        Assert.Equal(6_000_000_000, bundle.SizeBytes);
        Assert.True(bundle.RequiresToken);
        Assert.Equal(TimeSpan.FromDays(14), bundle.ExpireTime.ToTimeSpan() - bundle.CreateTime.ToTimeSpan());
        Assert.Equal(bundle, (await catalog.Two.Admin.Bundles.GetBundleAsync(new() { BundleId = bundle.Id })).Bundle);
    }

    [Fact]
    public async Task ReserveBundle_OfEveryOtherKind_HasTheKeyOfItsLayout()
    {
        var series = await catalog.One.TitleAsync();
        var season = await catalog.One.SeasonAsync(series.Id, 2);
        var second = await catalog.One.EpisodeAsync(season.Id, 2);
        var first = await catalog.One.EpisodeAsync(season.Id, 1);
        var movie = await catalog.One.TitleAsync(TitleKind.Movie);

        var adHoc = await ReserveAsync(series.Id, BundleKind.AdHoc, null, second.Id, first.Id);
        var seasonExtras = await ReserveAsync(series.Id, BundleKind.SeasonExtras, 2);
        var seriesExtras = await ReserveAsync(series.Id, BundleKind.TitleExtras, null);
        var movieExtras = await ReserveAsync(movie.Id, BundleKind.TitleExtras, null);

        Assert.Equal($"bundles/{series.Id}/bundle_{adHoc.Id}.zip", adHoc.StorageKey);
        Assert.Equal($"{second.Id} {first.Id}", string.Join(' ', adHoc.EpisodeIds));
        Assert.False(adHoc.HasSeasonNumber);
        Assert.Equal($"downloads/{series.Id}/extras/S02_extras.zip", seasonExtras.StorageKey);
        Assert.Equal($"downloads/{series.Id}/extras/extras.zip", seriesExtras.StorageKey);
        Assert.Equal($"downloads/{movie.Id}/extras/extras.zip", movieExtras.StorageKey);
    }

    [Fact]
    public async Task ReserveBundle_OnTwoReplicasAtOnce_LetsExactlyOneWin()
    {
        var title = await catalog.One.TitleAsync();
        await catalog.One.SeasonAsync(title.Id);
        Replica[] replicas = [catalog.One, catalog.Two];

        var outcomes = await Race.OutcomesAsync(20, i => replicas[i % 2].Service.Bundles.ReserveBundleAsync(Samples.SeasonBundle(title.Id)).ResponseAsync);

        Assert.Equal(1, outcomes.Count(outcome => outcome == "OK"));
        Assert.Equal(19, outcomes.Count(outcome => outcome == "BUNDLE_EXISTS"));
        Assert.Single((await Service.ListBundlesAsync(new() { TitleId = title.Id })).Bundles);
    }

    [Fact]
    public async Task ReserveBundle_RepeatedOnTwoReplicasAtOnce_AlwaysFindsItsOwnRow()
    {
        var title = await catalog.One.TitleAsync();
        await catalog.One.SeasonAsync(title.Id);
        var request = Samples.SeasonBundle(title.Id);
        Replica[] replicas = [catalog.One, catalog.Two];

        var outcomes = await Race.OutcomesAsync(20, i => replicas[i % 2].Service.Bundles.ReserveBundleAsync(request).ResponseAsync);

        Assert.All(outcomes, outcome => Assert.Equal("OK", outcome));
        var bundle = Assert.Single((await Service.ListBundlesAsync(new() { TitleId = title.Id })).Bundles);
        Assert.Equal(bundle, (await Service.ReserveBundleAsync(request)).Bundle);
    }

    [Fact]
    public async Task ReserveBundle_RepeatedAfterItMovedOn_FindsItsRowAsItIs()
    {
        var title = await catalog.One.TitleAsync();
        var season = await catalog.One.SeasonAsync(title.Id);
        var request = Samples.SeasonBundle(title.Id);
        request.EpisodeIds.Add((await catalog.One.EpisodeAsync(season.Id)).Id);
        request.ExpireTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddDays(1));
        var published = await catalog.One.BundleAsync(request, BundleState.Published);

        await using var later = catalog.Shifted(TimeSpan.FromHours(3));
        var repeated = (await later.Service.Bundles.ReserveBundleAsync(request)).Bundle;

        Assert.Equal(published, repeated);
    }

    [Fact]
    public async Task ReserveBundle_WithTheIdOfAnother_IsRefused()
    {
        var bundle = await catalog.One.BundleAsync(BundleState.Pending);
        await catalog.One.SeasonAsync(bundle.TitleId, 2);
        var other = Samples.SeasonBundle(bundle.TitleId, 2);
        other.BundleId = bundle.Id;
        await RpcAssert.FailsAsync(ErrorReason.BundleExists, async () => await Service.ReserveBundleAsync(other));

        var otherContent = Samples.SeasonBundle(bundle.TitleId);
        (otherContent.BundleId, otherContent.SizeBytes) = (bundle.Id, 7);
        await RpcAssert.FailsAsync(ErrorReason.BundleExists, async () => await Service.ReserveBundleAsync(otherContent));
    }

    [Theory]
    [InlineData(BundleState.Pending)]
    [InlineData(BundleState.Verified)]
    [InlineData(BundleState.Published)]
    public async Task ReserveBundle_WhileAnotherIsLive_IsRefused(BundleState state)
    {
        var bundle = await catalog.One.BundleAsync(state);
        await RpcAssert.FailsAsync(ErrorReason.BundleExists, async () => await Service.ReserveBundleAsync(Samples.SeasonBundle(bundle.TitleId)));
    }

    [Fact]
    public async Task ReserveBundle_AfterTheOldOneExpired_TakesTheKeyAndLeavesTheOldOneExpired()
    {
        var old = await catalog.One.BundleAsync(BundleState.Published);
        await using var later = catalog.Shifted(TimeSpan.FromDays(15));

        Replica[] replicas = [later, later];
        var outcomes = await Race.OutcomesAsync(10, i => replicas[i % 2].Service.Bundles.ReserveBundleAsync(Samples.SeasonBundle(old.TitleId)).ResponseAsync);

        Assert.Equal(1, outcomes.Count(outcome => outcome == "OK"));
        var expired = (await Service.GetBundleAsync(new() { BundleId = old.Id })).Bundle;
        Assert.Equal(BundleState.Expired, expired.State);
        var update = new UpdateBundleRequest
        {
            Bundle = new() { Id = old.Id, Etag = expired.Etag, ExpireTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddDays(30)) },
            UpdateMask = new() { Paths = { "expire_time" } },
        };
        await RpcAssert.FailsAsync(ErrorReason.InvalidState, async () => await later.Admin.Bundles.UpdateBundleAsync(update));
    }

    [Fact]
    public async Task ReserveBundle_AfterTheOldOneWasReleased_TakesTheKey()
    {
        var old = await catalog.One.BundleAsync(BundleState.Verified);
        await Service.ReleaseBundleAsync(new() { BundleId = old.Id });
        await RpcAssert.FailsAsync(ErrorReason.BundleNotFound, async () => await Service.GetBundleAsync(new() { BundleId = old.Id }));
        await RpcAssert.FailsAsync(ErrorReason.BundleNotFound, async () => await Service.ReleaseBundleAsync(new() { BundleId = old.Id }));

        Assert.Equal(old.StorageKey, (await Service.ReserveBundleAsync(Samples.SeasonBundle(old.TitleId))).Bundle.StorageKey);
    }

    [Fact]
    public async Task ReserveBundle_AfterTheOldOneWasPurged_TakesTheKey()
    {
        var old = await catalog.One.BundleAsync(BundleState.Verified);
        await using var purge = catalog.Database.CreateCommand($"UPDATE bundle SET state = 'Purged' WHERE id = '{old.Id}'");
        await purge.ExecuteNonQueryAsync();

        Assert.Equal(old.StorageKey, (await Service.ReserveBundleAsync(Samples.SeasonBundle(old.TitleId))).Bundle.StorageKey);
    }

    [Fact]
    public async Task ReserveBundle_OfWhatIsNotThere_SaysWhat()
    {
        var series = await catalog.One.TitleAsync();
        var season = await catalog.One.SeasonAsync(series.Id);
        var movie = await catalog.One.TitleAsync(TitleKind.Movie);
        var otherSeries = await catalog.One.TitleAsync();
        var foreign = await catalog.One.EpisodeAsync((await catalog.One.SeasonAsync(otherSeries.Id)).Id);

        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await Service.ReserveBundleAsync(Samples.SeasonBundle(Samples.NewId().ToString())));
        await RpcAssert.FailsAsync(ErrorReason.SeasonNotFound, async () => await Service.ReserveBundleAsync(Samples.SeasonBundle(series.Id, 2)));
        await RpcAssert.FailsAsync(ErrorReason.NotASeries, async () => await Service.ReserveBundleAsync(Samples.SeasonBundle(movie.Id)));
        await RpcAssert.FailsAsync(ErrorReason.NotASeries, () => ReserveAsync(movie.Id, BundleKind.AdHoc, null, foreign.Id));
        await RpcAssert.FailsAsync(ErrorReason.EpisodeNotFound, () => ReserveAsync(series.Id, BundleKind.AdHoc, null, foreign.Id));

        Assert.Empty((await Service.ListBundlesAsync(new() { TitleId = series.Id })).Bundles);
        Assert.Equal(season.TitleId, series.Id);
    }

    public static TheoryData<string, Action<ReserveBundleRequest>, string[]> BadReservations() => new()
    {
        { "bundle id missing", r => r.BundleId = "", ["bundle_id"] },
        { "bundle id malformed", r => r.BundleId = "x", ["bundle_id"] },
        { "bundle id not version 7", r => r.BundleId = "7f0c4e3e-5d1c-4b6e-9a57-0d7a9f0e6b11", ["bundle_id"] },
        { "title id missing", r => r.TitleId = "", ["title_id"] },
        { "kind missing", r => r.Kind = BundleKind.Unspecified, ["kind", "season_number"] },
        { "season missing", r => r.ClearSeasonNumber(), ["season_number"] },
        { "season negative", r => r.SeasonNumber = -1, ["season_number"] },
        { "season too big", r => r.SeasonNumber = 10_000, ["season_number"] },
        { "season with extras of the title", r => r.Kind = BundleKind.TitleExtras, ["season_number"] },
        { "ad hoc without episodes", r => { r.Kind = BundleKind.AdHoc; r.ClearSeasonNumber(); }, ["episode_ids"] },
        { "episode malformed", r => r.EpisodeIds.Add("x"), ["episode_ids"] },
        { "episode twice", r => r.EpisodeIds.Add([Twice, Twice]), ["episode_ids"] },
        { "too many episodes", r => r.EpisodeIds.Add(Enumerable.Range(0, 501).Select(_ => Samples.NewId().ToString())), ["episode_ids"] },
        { "label too long", r => r.Label = new string('x', 201), ["label"] },
        { "size zero", r => r.SizeBytes = 0, ["size_bytes"] },
        { "size negative", r => r.SizeBytes = -1, ["size_bytes"] },
        { "sha256 missing", r => r.Sha256 = "", ["sha256"] },
        { "sha256 upper case", r => r.Sha256 = Samples.Sha256.ToUpperInvariant(), ["sha256"] },
        { "expires too soon", r => r.ExpireTime = InDays(0.9), ["expire_time"] },
        { "expires too late", r => r.ExpireTime = InDays(60.1), ["expire_time"] },
        { "expiry no timestamp", r => r.ExpireTime = new() { Seconds = long.MaxValue }, ["expire_time"] },
        { "several", r => (r.Sha256, r.ExpireTime, r.SizeBytes) = ("", InDays(99), 0), ["sha256", "expire_time", "size_bytes"] },
    };

    [Theory]
    [MemberData(nameof(BadReservations))]
    public async Task ReserveBundle_WithBadFields_NamesEachOfThem(string what, Action<ReserveBundleRequest> spoil, string[] fields)
    {
        Assert.NotEmpty(what);
        var request = Samples.SeasonBundle(Samples.NewId().ToString());
        spoil(request);
        await RpcAssert.FailsOnFieldsAsync(fields, async () => await Service.ReserveBundleAsync(request));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public async Task ReserveBundle_ExpiringOnALimit_IsAccepted(int days)
    {
        var title = await catalog.One.TitleAsync();
        await catalog.One.SeasonAsync(title.Id);
        var request = Samples.SeasonBundle(title.Id);
        request.ExpireTime = InDays(days);

        var bundle = (await Service.ReserveBundleAsync(request)).Bundle;

        Assert.Equal(days, (bundle.ExpireTime.ToTimeSpan() - bundle.CreateTime.ToTimeSpan()).TotalDays, tolerance: 0.01);
    }

    private const string Twice = "0198c0de-7a5b-7c3d-8e9f-0123456789ab";

    private static Timestamp InDays(double days) => Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddDays(days));

    private async Task<Bundle> ReserveAsync(string titleId, BundleKind kind, int? season, params string[] episodeIds)
    {
        var request = Samples.SeasonBundle(titleId);
        request.Kind = kind;
        request.ClearSeasonNumber();
        if (season is { } number)
        {
            request.SeasonNumber = number;
        }

        request.EpisodeIds.Add(episodeIds);
        return (await Service.ReserveBundleAsync(request)).Bundle;
    }
}
