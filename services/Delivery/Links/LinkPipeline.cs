using System.Runtime.ExceptionServices;
using MoviesNow.Delivery.Quotas;
using MoviesNow.Delivery.Tokens;

namespace MoviesNow.Delivery.Links;

/// <summary>
/// The one way to a link: policy → row → availability → token → quota → object → sign. A stage is asked only of what passed those before it. Nothing is
/// spent until all have passed: quota that was taken for what then fails is given back, and a token's use is the last thing taken.
/// </summary>
internal sealed class LinkPipeline(
    RowReader rows, TokenDesk tokens, DownloadQuotas quotas, ObjectCheck objects, LinkSigner signer, LinkMetrics metrics, TimeProvider time)
{
    /// <summary>Decides about several links. Each item has its link, its reason or its fault afterwards.</summary>
    /// <returns>What is left of the quotas that were asked.</returns>
    public async Task<IReadOnlyList<QuotaState>> RunAsync(IReadOnlyList<LinkItem> items, LinkCall call)
    {
        await EachAsync(items, item => ReadAsync(item, call));
        var left = await TakeQuotaAsync(items, call);
        await EachAsync(items, item => FinishAsync(item, call));
        if (call.Network is { } network)
        {
            await quotas.GiveBackAsync(network, items.Where(item => item.Facts.Quota is QuotaFact.Left && item.Link is null));
        }

        foreach (var item in items)
        {
            if (item.Reason is { } reason)
            {
                metrics.LinkRefused(reason);
            }
        }

        return left;
    }

    private async Task ReadAsync(LinkItem item, LinkCall call)
    {
        await rows.ReadAsync(item, call);
        item.Reason = LinkDecision.Of(item.Facts.Policy) ?? LinkDecision.Of(item.Facts.Row) ?? LinkDecision.Of(item.Facts.Availability);
        // Where there is neither quota nor a question to storage to waste, spending the token tells as much, in one step.
        if (item.IsOpen && !(call.Network is null && objects.TryRecall(item)))
        {
            await tokens.PeekAsync(item);
            item.Reason = LinkDecision.Of(item.Facts.Token);
        }
    }

    private async Task<IReadOnlyList<QuotaState>> TakeQuotaAsync(IReadOnlyList<LinkItem> items, LinkCall call)
    {
        var open = items.Where(item => item.IsOpen).ToList();
        var left = open.Count == 0 ? [] : await quotas.TakeAsync(call.Network, open);
        foreach (var item in open)
        {
            item.Reason = LinkDecision.Of(item.Facts.Quota);
        }

        return left;
    }

    private async Task FinishAsync(LinkItem item, LinkCall call)
    {
        if (item.Facts.Object is ObjectFact.NotAsked)
        {
            await objects.ReadAsync(item, call);
            item.Reason = LinkDecision.Of(item.Facts.Object);
            if (!item.IsOpen)
            {
                return;
            }
        }

        // The bundle may have expired while its object was looked for.
        if (item.Row!.ExpireTime <= time.GetUtcNow())
        {
            item.Facts = item.Facts with { Row = RowFact.Expired };
            item.Reason = LinkDecision.Of(item.Facts.Row);
            return;
        }

        // A caller who is gone gets nothing, so nothing is spent.
        call.Time.ThrowIfCancellationRequested();
        await tokens.SpendAsync(item, call);
        item.Reason = LinkDecision.Refusal(item.Facts);
        if (item.IsOpen)
        {
            item.Link = signer.Sign(item);
        }
    }

    private static async Task EachAsync(IReadOnlyList<LinkItem> items, Func<LinkItem, Task> step)
    {
        if (items.Count == 1)
        {
            await GuardAsync(items[0]);
            return;
        }

        await Task.WhenAll(items.Where(item => item.IsOpen).Select(GuardAsync));

        async Task GuardAsync(LinkItem item)
        {
            if (!item.IsOpen)
            {
                return;
            }

            try
            {
                await step(item);
            }
            catch (Exception exception)
            {
                // Told as it is when one link was asked for; of a batch it is this item's alone.
                item.Fault = exception;
            }
        }
    }

    /// <summary>Throws what went wrong, if anything did.</summary>
    public static void ThrowFault(LinkItem item)
    {
        if (item.Fault is { } fault)
        {
            ExceptionDispatchInfo.Throw(fault);
        }
    }
}
