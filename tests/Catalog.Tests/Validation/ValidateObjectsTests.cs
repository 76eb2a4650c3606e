using Google.Rpc;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.Tests.Playback;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Validation;

[Collection(CatalogTestGroup.Name)]
public sealed class ValidateObjectsTests(CatalogFixture catalog, BucketFixture bucket) : IClassFixture<BucketFixture>
{
    [Fact]
    public async Task ValidateMedia_Objects_FindsWhatTheBucketLacksBesidesTheRows()
    {
        await using var replica = catalog.WithSettings(bucket.Settings);
        var film = await PlayableTitle.MovieAsync(catalog.One, published: false);
        var video = await film.AssetAsync(AssetKind.Video);
        var poster = await film.AssetAsync(AssetKind.Poster);
        await bucket.PutAsync(poster.StorageKey, [1, 2, 3]);
        var ladder = await film.LadderAsync(video, change: null, "en");

        var objects = await ValidateAsync(replica, film);
        var rows = await ValidateAsync(replica, film, ValidationDepth.Rows);

        Assert.Equal(
            ladder.Select(variant => $"PLAYLIST_MISSING {variant.Id}").Append($"ASSET_OBJECT_MISSING {video.Id}").Order(StringComparer.Ordinal),
            objects.Findings.Except(rows.Findings).Select(RowExaminationTests.Key).Order(StringComparer.Ordinal));
        Assert.Empty(rows.Findings.Except(objects.Findings));
        Assert.False(objects.Truncated);
    }

    [Fact]
    public async Task ValidateMedia_ObjectsWithoutABucket_IsRefusedWithTheReason()
    {
        var film = await PlayableTitle.MovieAsync(catalog.One, published: false);

        await RpcAssert.FailsAsync(ErrorReason.StorageNotConfigured, () => ValidateAsync(catalog.One, film));
    }

    [Fact]
    public async Task ValidateMedia_StorageDown_RowsWorkAndObjectsAreUnavailable()
    {
        var down = new BucketFixture();
        await down.InitializeAsync();
        await down.S3.StopAsync();
        await using var replica = catalog.WithSettings([.. down.Settings, ("Storage:MaxRetries", "0")]);
        var film = await PlayableTitle.MovieAsync(replica, published: false);
        await film.AssetAsync(AssetKind.Video);

        Assert.NotEmpty((await ValidateAsync(replica, film, ValidationDepth.Rows)).Findings);
        var exception = await RpcAssert.FailsAsync(ErrorReason.DependencyUnavailable, () => ValidateAsync(replica, film));
        Assert.NotNull(RpcErrors.DetailOf<RetryInfo>(exception));
        await down.DisposeAsync();
    }

    private static async Task<ValidateMediaResponse> ValidateAsync(Replica replica, PlayableTitle film, ValidationDepth depth = ValidationDepth.Objects) =>
        await new PlaybackService.PlaybackServiceClient(replica.Admin.Invoker).ValidateMediaAsync(new() { TitleId = film.Scope.TitleId, Depth = depth });
}
