using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.Tests.Playback;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Validation;

[Collection(CatalogTestGroup.Name)]
public sealed class ValidateMediaTests(CatalogFixture catalog)
{
    private readonly PlaybackService.PlaybackServiceClient _admin = new(catalog.One.Admin.Invoker);

    [Fact]
    public async Task ValidateMedia_FilmWithALadder_FindsWhatItsRowsLack()
    {
        var film = await PlayableTitle.MovieAsync(catalog.One, published: false);
        var video = await film.AssetAsync(AssetKind.Video);
        await film.LadderAsync(video, change: null, "en", "de");

        var response = await _admin.ValidateMediaAsync(new() { TitleId = film.Scope.TitleId });

        Assert.Equal(
            ["ASSET_SIZE_MISSING", "AUDIO_DEFAULT_MISSING", "POSTER_MISSING", "ASSET_CHECKSUM_MISSING", "BACKDROP_MISSING", "DEFAULT_VARIANT_MISSING",
                "LADDER_STEP_LARGE", "SUBTITLES_MISSING"],
            response.Findings.Select(finding => finding.RuleId).Distinct().Where(rule => rule != "VARIANT_SIZE_MISSING"));
        Assert.Equal(video.Id, response.Findings[0].Subject);
        Assert.False(response.Truncated);
        Assert.Equal(response, await _admin.ValidateMediaAsync(new() { TitleId = film.Scope.TitleId, Depth = ValidationDepth.Rows }));
    }

    [Fact]
    public async Task ValidateMedia_Series_LooksAtEveryEpisodeAndSeason()
    {
        var series = await catalog.One.TitleAsync();
        var season = await catalog.One.SeasonAsync(series.Id);
        var empty = await catalog.One.SeasonAsync(series.Id, number: 2);
        var first = await PlayableTitle.EpisodeAsync(catalog.One, series.Id, season, 1);
        var second = await PlayableTitle.EpisodeAsync(catalog.One, series.Id, season, 2);
        var video = await first.AssetAsync(AssetKind.Video);

        var found = (await _admin.ValidateMediaAsync(new() { TitleId = series.Id })).Findings.Select(RowExaminationTests.Key).ToArray();

        Assert.Equal($"STREAM_MISSING {video.Id}", found[0]);
        Assert.Contains($"EPISODE_VIDEO_MISSING {second.Scope.EpisodeId}", found);
        Assert.Contains($"SEASON_WITHOUT_EPISODES {empty.Id}", found);
    }

    [Fact]
    public async Task ValidateMedia_ManyFindings_AnswersTheWorstAndSaysSo()
    {
        var film = await catalog.One.TitleAsync(TitleKind.Movie);
        await using var command = catalog.Database.CreateCommand("""
            INSERT INTO asset (id, title_id, kind, storage_key, language, mime_type, size_bytes, sha256, width, height, duration_ms, frame_rate, codecs,
                is_primary, sort_order, created_at, updated_at)
            SELECT gen_random_uuid(), $1, 'Clip', 'originals/' || $1 || '/' || i, '', 'video/mp4', 1, '', 0, 0, 0, 0, '', false, 0, now(), now()
            FROM generate_series(1, 1001) AS i
            """);
        command.Parameters.Add(new() { Value = Guid.Parse(film.Id) });
        await command.ExecuteNonQueryAsync();

        var response = await _admin.ValidateMediaAsync(new() { TitleId = film.Id });

        Assert.Equal((1_000, true), (response.Findings.Count, response.Truncated));
        Assert.Equal("VIDEO_MISSING", response.Findings[0].RuleId);
    }

    [Fact]
    public async Task ValidateMedia_NoSuchTitle_IsNotFound() => await RpcAssert.FailsAsync(
        ErrorReason.TitleNotFound, async () => await _admin.ValidateMediaAsync(new() { TitleId = Samples.NewId().ToString() }));

    [Fact]
    public async Task ValidateMedia_MalformedRequest_NamesEachField() => await RpcAssert.FailsOnFieldsAsync(
        ["title_id", "depth"], async () => await _admin.ValidateMediaAsync(new() { TitleId = "x", Depth = (ValidationDepth)9 }));

    [Fact]
    public async Task ValidateMedia_CallersWhoAreNoAdmins_AreRefused()
    {
        var request = new ValidateMediaRequest { TitleId = Samples.NewId().ToString() };

        await RpcAssert.FailsAsync(ErrorReason.Unauthenticated, async () => await As(catalog.One.Public).ValidateMediaAsync(request));
        await RpcAssert.FailsAsync(ErrorReason.AdminRequired, async () => await As(catalog.One.As(Identity.Viewer)).ValidateMediaAsync(request));
        await RpcAssert.FailsAsync(ErrorReason.MfaRequired, async () => await As(catalog.One.As(Identity.AdminWithoutMfa)).ValidateMediaAsync(request));

        static PlaybackService.PlaybackServiceClient As(Clients clients) => new(clients.Invoker);
    }
}
