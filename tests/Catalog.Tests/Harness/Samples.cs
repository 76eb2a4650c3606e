using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Tests.Harness;

/// <summary>Rows that tests start from.</summary>
internal static class Samples
{
    public const string Sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    public static Guid NewId() => Guid.CreateVersion7();

    public static async Task<Title> TitleAsync(this Replica replica, TitleKind kind = TitleKind.Series, string name = "Dark Rivers", bool published = false)
    {
        var title = (await replica.Admin.Titles.CreateTitleAsync(new() { Kind = kind, Name = name, OriginalLanguage = "en" })).Title;
        return published ? (await replica.Admin.Titles.PublishTitleAsync(new() { TitleId = title.Id })).Title : title;
    }

    public static async Task<Season> SeasonAsync(this Replica replica, string titleId, int number = 1) =>
        (await replica.Admin.Seasons.CreateSeasonAsync(new() { TitleId = titleId, Number = number, Name = $"Season {number}" })).Season;

    public static async Task<Episode> EpisodeAsync(this Replica replica, string seasonId, int number = 1) =>
        (await replica.Admin.Seasons.CreateEpisodeAsync(new() { SeasonId = seasonId, Number = number, Name = $"Episode {number}" })).Episode;

    public static ReserveBundleRequest SeasonBundle(string titleId, int season = 1) => new()
    {
        BundleId = NewId().ToString(),
        TitleId = titleId,
        Kind = BundleKind.Season,
        SeasonNumber = season,
        Label = "All episodes",
        SizeBytes = 6_000_000_000,
        Sha256 = Sha256,
    };

    /// <summary>A series with season 1, and its bundle in the asked state.</summary>
    public static async Task<Bundle> BundleAsync(this Replica replica, BundleState state, bool titlePublished = true)
    {
        var title = await replica.TitleAsync(published: titlePublished);
        await replica.SeasonAsync(title.Id);
        return await replica.BundleAsync(SeasonBundle(title.Id), state);
    }

    public static async Task<Bundle> BundleAsync(this Replica replica, ReserveBundleRequest request, BundleState state)
    {
        var bundle = (await replica.Service.Bundles.ReserveBundleAsync(request)).Bundle;
        if (state is BundleState.Verified or BundleState.Published)
        {
            bundle = (await replica.Service.Bundles.VerifyBundleAsync(new() { BundleId = bundle.Id })).Bundle;
        }

        return state is BundleState.Published ? (await replica.Admin.Bundles.PublishBundleAsync(new() { BundleId = bundle.Id })).Bundle : bundle;
    }
}
