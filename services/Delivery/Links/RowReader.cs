using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.Bundles;
using MoviesNow.Delivery.Policy;
using MoviesNow.Delivery.Titles;

namespace MoviesNow.Delivery.Links;

/// <summary>The first three stages: whether the key is on the list, what the catalogue's row says, and whether the title is available.</summary>
internal sealed class RowReader(DownloadAllowlist allowlist, BundleDirectory bundles, TitleDirectory titles, TimeProvider time)
{
    public async Task ReadAsync(LinkItem item, LinkCall call)
    {
        if (item.Target.Key is not { } key)
        {
            await ReadBundleAsync(item, item.Target.Bundle!, call);
            return;
        }

        Admit(item, key);
        if (item.Download is not { } download)
        {
            return;
        }

        if (download.RequiresBundle)
        {
            await ReadBundleAsync(item, new ResolveBundleRequest { StorageKey = download.Key.Value }, call);
        }
        else
        {
            await ReadTitleAsync(item, download, call);
        }
    }

    private void Admit(LinkItem item, string key)
    {
        item.Download = allowlist.TryAdmit(key, out var download) ? download : null;
        item.Facts = item.Facts with { Policy = download is null ? PolicyFact.NotAllowed : PolicyFact.Allowed };
    }

    private async Task ReadBundleAsync(LinkItem item, ResolveBundleRequest reference, LinkCall call)
    {
        var resolved = await bundles.ResolveAsync(reference, item.Target.WantsManifest, item.Country, call.Time);
        var now = time.GetUtcNow();
        if (item.Target.Key is null)
        {
            // Whatever the row names is held against the list, too. A bundle that is not there names nothing.
            var key = item.Target.WantsManifest ? resolved?.Bundle.ManifestKey : resolved?.Bundle.StorageKey;
            item.Facts = item.Facts with { Policy = PolicyFact.Allowed };
            if (key is { Length: > 0 })
            {
                Admit(item, key);
            }
        }

        if (resolved is null)
        {
            item.Facts = item.Facts with { Row = RowFact.Missing };
            return;
        }

        var bundle = resolved.Bundle;
        var isManifest = item.Download is not { } download || !string.Equals(download.Key.Value, bundle.StorageKey, StringComparison.Ordinal);
        item.Row = new LinkRow(
            resolved.TitleName, resolved.Availability, bundle.RequiresToken || item.Download is { RequiresToken: true }, bundle.ExpireTime.ToDateTimeOffset(),
            bundle.Id, bundle.Kind.ToString(), ExpectedOf(bundle, isManifest));
        item.Facts = item.Facts with { Row = BundleDirectory.FactOf(resolved, now), Availability = FactOf(resolved.Availability, now, item) };
    }

    private async Task ReadTitleAsync(LinkItem item, AdmittedDownload download, LinkCall call)
    {
        var facts = await titles.FindAsync(download.TitleId, download.EpisodeId, item.Country, call.Time);
        var row = facts switch
        {
            null or { IsPublished: false } => RowFact.NoTitle,
            { HasEpisode: false } => RowFact.NoEpisode,
            _ => RowFact.Deliverable,
        };
        item.Facts = item.Facts with { Row = row, Availability = FactOf(facts?.Availability, time.GetUtcNow(), item) };
        item.Row = facts is null ? null : new LinkRow(facts.Name, facts.Availability, download.RequiresToken, null, "", "Configured", ExpectedObject.Unknown);
    }

    private static AvailabilityFact FactOf(Availability? availability, DateTimeOffset now, LinkItem item) =>
        TitleAvailability.Allows(availability, now, item.Country) ? AvailabilityFact.Available : AvailabilityFact.NotAvailable;

    private static ExpectedObject ExpectedOf(Bundle bundle, bool isManifest) => isManifest
        ? new ExpectedObject(bundle.ManifestSizeBytes == 0 ? null : bundle.ManifestSizeBytes, bundle.ManifestObjectEtag, "")
        : new ExpectedObject(bundle.SizeBytes, bundle.ObjectEtag, bundle.Sha256);
}
