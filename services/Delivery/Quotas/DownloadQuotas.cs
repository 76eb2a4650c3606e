using Microsoft.Extensions.Options;
using MoviesNow.Delivery.Links;
using MoviesNow.Delivery.Policy;

namespace MoviesNow.Delivery.Quotas;

/// <summary>What is left of a quota.</summary>
internal sealed record QuotaState(QuotaKind Kind, int Left);

/// <summary>Gives each network its links of the day: what is taken before an object is looked for is given back when there is no link in the end.</summary>
internal sealed class DownloadQuotas(QuotaCounter counter, IOptions<QuotaOptions> options, TimeProvider time)
{
    /// <summary>Whether there is any quota.</summary>
    public bool AreLimited => options.Value is not { BundlesPerDay: 0, DownloadsPerDay: 0 };

    /// <summary>How long it takes until quotas renew: at midnight, UTC.</summary>
    public TimeSpan UntilRenewal()
    {
        var now = time.GetUtcNow();
        return now.UtcDateTime.Date.AddDays(1) - now.UtcDateTime;
    }

    /// <summary>Takes one link for each item, in order, as far as there are any left.</summary>
    /// <param name="network">Hash of the caller's network; null for callers without quota.</param>
    /// <param name="items">Links that passed all stages before.</param>
    /// <returns>What is left of each quota that was asked.</returns>
    public async Task<IReadOnlyList<QuotaState>> TakeAsync(string? network, IReadOnlyList<LinkItem> items)
    {
        if (network is null)
        {
            Tell(items, QuotaFact.NotCounted);
            return [];
        }

        var states = new List<QuotaState>();
        foreach (var kind in items.GroupBy(KindOf))
        {
            var limit = LimitOf(kind.Key);
            if (limit == 0)
            {
                Tell(kind, QuotaFact.NotCounted);
                continue;
            }

            var all = kind.ToList();
            var (taken, left) = await counter.TakeAsync(NameOf(network, kind.Key), all.Count, limit);
            Tell(all.Take(taken), QuotaFact.Left);
            Tell(all.Skip(taken), QuotaFact.UsedUp);
            states.Add(new QuotaState(kind.Key, left));
        }

        return states;
    }

    /// <summary>Gives back what was taken for links that were not given.</summary>
    public async Task GiveBackAsync(string network, IEnumerable<LinkItem> items)
    {
        foreach (var kind in items.GroupBy(KindOf))
        {
            await counter.GiveBackAsync(NameOf(network, kind.Key), kind.Count());
        }
    }

    private static void Tell(IEnumerable<LinkItem> items, QuotaFact fact)
    {
        foreach (var item in items)
        {
            item.Facts = item.Facts with { Quota = fact };
        }
    }

    // A manifest that a bundle has not counts as what it would be.
    private static QuotaKind KindOf(LinkItem item) => item.Download?.Quota ?? QuotaKind.Downloads;

    private int LimitOf(QuotaKind kind) => kind is QuotaKind.Bundles ? options.Value.BundlesPerDay : options.Value.DownloadsPerDay;

    private QuotaName NameOf(string network, QuotaKind kind) =>
        new($"{network}:{(kind is QuotaKind.Bundles ? "bundles" : "downloads")}", DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
}
