using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.Titles;

namespace MoviesNow.Delivery.Tests.Titles;

/// <summary>Links without a catalogue that answers, and whether titles may be delivered.</summary>
[Collection(DeliveryTestGroup.Name)]
public sealed class CatalogAwayTests(DeliverySystem system)
{
    [Fact]
    public async Task Ask_CatalogueGone_ServesWhatIsFreshAndThenIsUnavailable()
    {
        var clock = new StoppedClock();
        var (bundle, other) = (await system.PublishedAsync(), await system.PublishedAsync());
        var catalog = system.AnotherCatalog();
        await using var replica = system.With(clock, ("services:catalog:grpc:0", catalog.Address.ToString()));
        var delivery = replica.As(identity: null);
        Assert.Equal("", await delivery.AskAsync(Way.Id, bundle));

        await catalog.DisposeAsync();

        clock.Now += TimeSpan.FromSeconds(5);
        Assert.Equal("", await delivery.AskAsync(Way.Id, bundle));
        Assert.Equal("DEPENDENCY_UNAVAILABLE", await delivery.AskAsync(Way.Id, other));
        clock.Now += TimeSpan.FromMilliseconds(1);
        Assert.Equal("DEPENDENCY_UNAVAILABLE", await delivery.AskAsync(Way.Id, bundle));
    }

    [Fact]
    public async Task RefusalAsync_TitlesAndEpisodes_SaysWhyNot()
    {
        await using var replica = system.With(clock: null);
        var titles = replica.Services.GetRequiredService<TitleDirectory>();
        var (open, draft) = (Guid.Parse(await system.SeriesAsync()), Guid.Parse(await system.SeriesAsync(withPublishedTitle: false)));
        var abroad = Guid.Parse(await system.SeriesAsync(new Availability { CountryRule = CountryRule.Exclude, Countries = { "DE" } }));
        var season = (await system.Seasons.ListSeasonsAsync(new ListSeasonsRequest { TitleId = open.ToString() })).Seasons[0];
        var episode = Guid.Parse((await system.Seasons.CreateEpisodeAsync(new CreateEpisodeRequest { SeasonId = season.Id, Number = 1, Name = "Ice" })).Episode.Id);

        Assert.Null(await RefusalAsync(open));
        Assert.Null(await RefusalAsync(open, episode));
        Assert.Equal(ErrorReason.EpisodeNotFound, await RefusalAsync(open, Guid.CreateVersion7()));
        Assert.Equal(ErrorReason.EpisodeNotFound, await RefusalAsync(abroad, episode, "NO"));
        Assert.Equal(ErrorReason.TitleNotFound, await RefusalAsync(draft));
        Assert.Equal(ErrorReason.TitleNotFound, await RefusalAsync(Guid.CreateVersion7()));
        Assert.Equal(ErrorReason.NotAvailable, await RefusalAsync(abroad));
        Assert.Equal(ErrorReason.NotAvailable, await RefusalAsync(abroad, country: "DE"));
        Assert.Null(await RefusalAsync(abroad, country: "NO"));

        Task<ErrorReason?> RefusalAsync(Guid titleId, Guid? episodeId = null, string country = "") =>
            titles.RefusalAsync(titleId, episodeId, country, CancellationToken.None);
    }
}
