using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Options;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Bundles;
using MoviesNow.Delivery.Tokens;
using MoviesNow.Delivery.V1;
using MoviesNow.Storage;

namespace MoviesNow.Delivery.Links;

/// <summary>
/// Presigns one download that <see cref="DownloadRules"/> allows. The order is the contract: published and unexpired, available, the
/// object is there, and only then is a one-time token spent.
/// </summary>
internal sealed class LinkIssuer(
    IObjectHeads objects,
    DownloadTokenStore tokens,
    S3Presigner presigner,
    IOptions<LinkTtlOptions> ttl,
    LinkMetrics metrics,
    TimeProvider time)
{
    private const string NoStore = "no-store";

    /// <summary>A link to the ZIP or manifest of a bundle.</summary>
    /// <param name="download">The admitted key, one of the bundle's two.</param>
    /// <param name="resolved">The bundle, which this caller may download.</param>
    /// <param name="options">What the caller asked for; checked.</param>
    /// <param name="context">The call.</param>
    /// <exception cref="RpcException">Why not, as the contract of GetDownloadUrl says.</exception>
    public async Task<DownloadLink> IssueAsync(AdmittedDownload download, ResolveBundleResponse resolved, DownloadOptions options, ServerCallContext context)
    {
        var stored = await objects.HeadAsync(download.Key, context.CancellationToken) ?? throw metrics.Refused(ErrorReason.ObjectNotFound);

        // The bundle may have expired while its object was looked for.
        var untilExpiry = resolved.Bundle.ExpireTime.ToDateTimeOffset() - time.GetUtcNow();
        if (untilExpiry <= TimeSpan.Zero)
        {
            throw metrics.Refused(ErrorReason.BundleNotFound);
        }

        if (resolved.Bundle.RequiresToken)
        {
            await RedeemAsync(options.Token, download.Key);
        }

        return Presign(download, resolved, stored, LinkTtl.Clamp(ttl.Value, options.TtlSeconds, untilExpiry));
    }

    private async Task RedeemAsync(string token, StorageKey key)
    {
        var outcome = await tokens.RedeemAsync(token, key);
        metrics.TokenRedeemed(outcome);
        switch (outcome)
        {
            case TokenRedemption.Granted:
                return;
            case TokenRedemption.KeyMismatch:
                throw metrics.Refused(ErrorReason.TokenKeyMismatch);
            default:
                throw metrics.Refused(ErrorReason.TokenInvalid);
        }
    }

    private DownloadLink Presign(AdmittedDownload download, ResolveBundleResponse resolved, StoredObject stored, TimeSpan lifetime)
    {
        var fileName = AttachmentName.Of(resolved.TitleName, $" - {download.Key.Value[(download.Key.Value.LastIndexOf('/') + 1)..]}");
        var request = presigner.Get(download.Key, lifetime, new ResponseOverrides
        {
            ContentDisposition = AttachmentName.ContentDisposition(fileName),
            ContentType = download.ContentType,
            CacheControl = NoStore,
        });
        metrics.LinkIssued(resolved.Bundle.Kind);
        var isZip = string.Equals(download.Key.Value, resolved.Bundle.StorageKey, StringComparison.Ordinal);
        return new DownloadLink
        {
            Url = request.Url,
            TtlSeconds = (int)lifetime.TotalSeconds,
            ExpireTime = Timestamp.FromDateTimeOffset(request.ExpiresAt),
            FileName = fileName,
            ContentType = download.ContentType,
            // Storage's answer may be remembered from an object that had the key before.
            SizeBytes = isZip ? resolved.Bundle.SizeBytes : stored.Size,
            Sha256 = isZip ? resolved.Bundle.Sha256 : "",
        };
    }
}
