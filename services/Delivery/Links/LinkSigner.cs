using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Options;
using MoviesNow.Delivery.V1;
using MoviesNow.Storage;

namespace MoviesNow.Delivery.Links;

/// <summary>Presigns what every stage has passed.</summary>
internal sealed class LinkSigner(S3Presigner presigner, IOptions<LinkTtlOptions> ttl, LinkMetrics metrics, TimeProvider time)
{
    private const string NoStore = "no-store";

    /// <exception cref="InvalidOperationException">A stage refused it.</exception>
    public DownloadLink Sign(LinkItem item)
    {
        if (LinkDecision.Refusal(item.Facts) is not null)
        {
            throw new InvalidOperationException("What is refused is not signed.");
        }

        var (download, row, stored) = (item.Download!, item.Row!, item.Stored!);
        var fileName = AttachmentName.Of(row.TitleName, $" - {download.Key.Value[(download.Key.Value.LastIndexOf('/') + 1)..]}");
        var lifetime = LinkTtl.Clamp(ttl.Value, item.Options.TtlSeconds, row.ExpireTime is { } expires ? expires - time.GetUtcNow() : TimeSpan.MaxValue);
        var request = presigner.Get(download.Key, lifetime, new ResponseOverrides
        {
            ContentDisposition = AttachmentName.ContentDisposition(fileName),
            ContentType = download.ContentType,
            CacheControl = NoStore,
        });
        metrics.LinkIssued(row.Kind);
        return new DownloadLink
        {
            Url = request.Url,
            TtlSeconds = (int)lifetime.TotalSeconds,
            ExpireTime = Timestamp.FromDateTimeOffset(request.ExpiresAt),
            FileName = fileName,
            ContentType = download.ContentType,
            SizeBytes = stored.Size,
            Sha256 = row.Expected.Sha256,
        };
    }
}
