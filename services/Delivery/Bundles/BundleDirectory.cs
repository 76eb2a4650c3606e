using Grpc.Core;
using Microsoft.Extensions.Caching.Memory;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Links;
using MoviesNow.Delivery.V1;
using MoviesNow.ServiceDefaults.Clients;

namespace MoviesNow.Delivery.Bundles;

/// <summary>
/// Bundles as the catalogue knows them. Memory only ever lets a download pass, and for <see cref="Freshness"/> at most: that long after
/// a withdrawal links may still be given. Nothing is refused from memory: the catalogue is asked first, so what was published,
/// extended or made available counts at once on every replica. The rate limits bound how often callers can make it ask.
/// </summary>
internal sealed class BundleDirectory(BundleService.BundleServiceClient catalog, LinkMetrics metrics, TimeProvider time) : IDisposable
{
    /// <summary>How old an answer may be that a link is given for.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(3);

    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    /// <summary>The bundle that a request names, if the caller may download it.</summary>
    /// <param name="request">Which bundle.</param>
    /// <param name="options">What the caller asked for; checked.</param>
    /// <param name="rule">Decides what may be downloaded.</param>
    /// <param name="context">The call.</param>
    /// <exception cref="RpcException">
    /// NOT_FOUND <c>BUNDLE_NOT_FOUND</c>; the reason that the rule gives; UNAVAILABLE while the catalogue does not answer.
    /// </exception>
    public async Task<ResolveBundleResponse> ResolveAsync(
        ResolveBundleRequest request, DownloadOptions options, DownloadRule rule, ServerCallContext context)
    {
        var asked = time.GetUtcNow();
        if (_cache.TryGetValue(request, out Answer? known) && asked < known!.Until && rule(known.Resolved, options, asked) is null)
        {
            return known.Resolved;
        }

        var resolved = await AskAsync(request, context);

        // Kept also when this caller is refused, for another may be served. Its age counts from the question: a slow answer is old when it comes.
        _cache.Set(request, new Answer(resolved, asked + Freshness), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Freshness });
        return rule(resolved, options, time.GetUtcNow()) is { } reason ? throw metrics.Refused(reason) : resolved;
    }

    public void Dispose() => _cache.Dispose();

    private async Task<ResolveBundleResponse> AskAsync(ResolveBundleRequest request, ServerCallContext context)
    {
        try
        {
            return await catalog.ResolveBundleAsync(request, context.Outbound(time));
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.NotFound)
        {
            _cache.Remove(request);
            metrics.LinkRefused(ErrorReason.BundleNotFound);
            throw;
        }
    }

    private sealed record Answer(ResolveBundleResponse Resolved, DateTimeOffset Until);
}
