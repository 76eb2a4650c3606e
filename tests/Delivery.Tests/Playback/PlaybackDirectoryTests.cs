using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Links;
using MoviesNow.Delivery.Playback;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.Titles;
using MoviesNow.Delivery.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Delivery.Tests.Playback;

/// <summary>How often the catalogue is asked how something is played, and what happens while it does not answer.</summary>
[Collection(DeliveryTestGroup.Name)]
public sealed class PlaybackDirectoryTests(DeliverySystem system)
{
    private const int Viewers = 50;

    [Fact]
    public async Task FindAsync_ManyViewersOfATitle_AskOnce()
    {
        var film = await system.FilmAsync();
        var questions = new HeldQuestions();
        await using var replica = Replica(clock: null, questions);
        var directory = replica.Services.GetRequiredService<PlaybackDirectory>();
        var calls = Enumerable.Range(0, Viewers).Select(_ => FindAsync(directory, film.TitleId)).ToList();

        questions.Release();

        Assert.All(await Task.WhenAll(calls), playlist => Assert.Equal(film.Prefix, playlist.Prefix));
        Assert.Equal(1, questions.Count);
    }

    [Fact]
    public async Task FindAsync_OneRefusalForMany_IsToldToEachAsItsOwn()
    {
        var elsewhere = await system.FilmAsync(new Availability { CountryRule = CountryRule.Include, Countries = { "NO" } });
        var questions = new HeldQuestions();
        // A moment later the second would be an answer to a question that is older than its caller.
        await using var replica = Replica(new StoppedClock(), questions);
        var directory = replica.Services.GetRequiredService<PlaybackDirectory>();
        var (viewer, service) = (FindAsync(directory, elsewhere.TitleId), FindAsync(directory, elsewhere.TitleId, isPublic: false));

        questions.Release();

        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, () => viewer);
        await RpcAssert.FailsAsync(ErrorReason.NotAvailable, () => service);
        Assert.Equal(1, questions.Count);
    }

    [Fact]
    public async Task StartPlayback_RefusedAndThenPublished_IsPlayedAtOnce()
    {
        await using var replica = Replica(new StoppedClock());
        var film = await system.FilmAsync(isPublished: false);
        Assert.Equal("TITLE_NOT_FOUND", await StartAsync(replica, film));

        await system.Titles.PublishTitleAsync(new PublishTitleRequest { TitleId = film.TitleId });

        Assert.Equal("", await StartAsync(replica, film));
    }

    [Fact]
    public async Task StartPlayback_CatalogueGone_PlaysForFiveSecondsAndIsThenUnavailable()
    {
        var clock = new StoppedClock();
        var (film, other) = (await system.FilmAsync(), await system.FilmAsync());
        var catalog = system.AnotherCatalog();
        await using var replica = Replica(clock, questions: null, ("services:catalog:grpc:0", catalog.Address.ToString()));
        Assert.Equal("", await StartAsync(replica, film));

        await catalog.DisposeAsync();

        clock.Now += CatalogMemory.Tolerance;
        Assert.Equal("", await StartAsync(replica, film));
        Assert.Equal("DEPENDENCY_UNAVAILABLE", await StartAsync(replica, other));
        clock.Now += TimeSpan.FromMilliseconds(1);
        Assert.Equal("DEPENDENCY_UNAVAILABLE", await StartAsync(replica, film));
    }

    [Fact]
    public async Task StartPlayback_RefusedBeforeTheCatalogueWasGone_IsNotPlayedByAnOlderAnswer()
    {
        var clock = new StoppedClock();
        var film = await system.FilmAsync();
        var catalog = system.AnotherCatalog();
        await using var replica = Replica(clock, questions: null, ("services:catalog:grpc:0", catalog.Address.ToString()));
        Assert.Equal("", await StartAsync(replica, film));
        await system.Titles.ArchiveTitleAsync(new ArchiveTitleRequest { TitleId = film.TitleId });
        clock.Now += CatalogMemory.Freshness;
        Assert.Equal("TITLE_NOT_FOUND", await StartAsync(replica, film));

        await catalog.DisposeAsync();

        Assert.Equal("DEPENDENCY_UNAVAILABLE", await StartAsync(replica, film));
    }

    private ServiceFactory<LinkTtlOptions> Replica(TimeProvider? clock, HeldQuestions? questions = null, params (string Key, string? Value)[] more) => system.With(
        clock, services => questions?.AddTo(services), [.. PlaybackSettings.Of(PlaybackProtection.SecureLink).Select(setting => (setting.Key, setting.Value)), .. more]);

    private static Task<ProtectedPlaylist> FindAsync(PlaybackDirectory directory, string titleId, bool isPublic = true) =>
        directory.FindAsync(new PlaybackRequest(Guid.Parse(titleId), EpisodeId: null, Country: ""), isPublic, CancellationToken.None).AsTask();

    /// <summary>Why the public may not play a film; empty when it may.</summary>
    private static async Task<string> StartAsync(ServiceFactory<LinkTtlOptions> replica, Playable film)
    {
        try
        {
            await replica.As(identity: null).Playback().StartPlaybackAsync(new StartPlaybackRequest { TitleId = film.TitleId });
            return "";
        }
        catch (RpcException refused) when (RpcErrors.InfoOf(refused) is { } info)
        {
            return info.Reason;
        }
    }
}
