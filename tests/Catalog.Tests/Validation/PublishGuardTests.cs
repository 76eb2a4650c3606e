using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.Tests.Playback;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Validation;

[Collection(CatalogTestGroup.Name)]
public sealed class PublishGuardTests(CatalogFixture catalog)
{
    private const string Setting = "Catalog:Publishing:OnMediaErrors";

    [Fact]
    public async Task PublishTitle_MediaWithErrors_IsPublishedAndToldByDefault()
    {
        var film = await catalog.One.TitleAsync(TitleKind.Movie);

        var response = await catalog.One.Admin.Titles.PublishTitleAsync(new() { TitleId = film.Id });

        Assert.Equal(TitleState.Published, response.Title.State);
        Assert.Equal(("VIDEO_MISSING", FindingSeverity.Error), (response.Findings[0].RuleId, response.Findings[0].Severity));
    }

    [Fact]
    public async Task PublishTitle_MediaWithErrorsAndRefuse_StaysAsItIs()
    {
        await using var strict = catalog.WithSettings((Setting, "Refuse"));
        var film = await catalog.One.TitleAsync(TitleKind.Movie);

        var exception = await RpcAssert.FailsAsync(
            ErrorReason.MediaInvalid, async () => await strict.Admin.Titles.PublishTitleAsync(new() { TitleId = film.Id, Etag = film.Etag }));

        var metadata = RpcErrors.InfoOf(exception)!.Metadata;
        Assert.Equal(("VIDEO_MISSING", "there is no video asset"), (metadata["rule"], metadata["detail"]));
        Assert.Equal(film, (await catalog.One.Admin.Titles.GetTitleAsync(new() { TitleId = film.Id })).Title);
    }

    [Fact]
    public async Task PublishTitle_MediaWithWarningsOnlyAndRefuse_IsPublished()
    {
        await using var strict = catalog.WithSettings((Setting, "refuse"));
        var film = await PlayableTitle.MovieAsync(catalog.One, published: false);
        await film.LadderAsync(await film.AssetAsync(AssetKind.Video), change: null, "en");

        var response = await strict.Admin.Titles.PublishTitleAsync(new() { TitleId = film.Scope.TitleId });

        Assert.Equal(TitleState.Published, response.Title.State);
        Assert.Equal(FindingSeverity.Warning, response.Findings[0].Severity);
    }

    [Fact]
    public async Task PublishTitle_PublishedTitleAndRefuse_StaysPublished()
    {
        await using var strict = catalog.WithSettings((Setting, "Refuse"));
        var draft = await catalog.One.TitleAsync(TitleKind.Movie);
        await catalog.One.Admin.Titles.PublishTitleAsync(new() { TitleId = draft.Id });

        var response = await strict.Admin.Titles.PublishTitleAsync(new() { TitleId = draft.Id, Etag = draft.Etag });

        Assert.Equal(TitleState.Published, response.Title.State);
    }

    [Fact]
    public async Task PublishTitle_OtherVersionAndRefuse_IsTheOtherVersionFirst()
    {
        await using var strict = catalog.WithSettings((Setting, "Refuse"));
        var film = await catalog.One.TitleAsync(TitleKind.Movie);

        await RpcAssert.FailsAsync(
            ErrorReason.EtagMismatch, async () => await strict.Admin.Titles.PublishTitleAsync(new() { TitleId = film.Id, Etag = "999" }));
        await RpcAssert.FailsAsync(
            ErrorReason.TitleNotFound, async () => await strict.Admin.Titles.PublishTitleAsync(new() { TitleId = Samples.NewId().ToString() }));
    }

    [Fact]
    public async Task Start_OnMediaErrorsThatIsNoPolicy_Fails()
    {
        await using var replica = catalog.WithSettings((Setting, "Sometimes"));

        var exception = Assert.ThrowsAny<Exception>(() => replica.Address);

        Assert.Contains($"{Setting} must be Warn or Refuse.", exception.ToString(), StringComparison.Ordinal);
    }
}
