using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Links;
using MoviesNow.Delivery.Policy;
using MoviesNow.Delivery.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Storage;

namespace MoviesNow.Delivery.Tokens;

internal sealed class DownloadTokenGrpcService(
    DownloadTokenStore store, TokenIndex index, DownloadAllowlist allowlist, LinkMetrics metrics, TimeProvider time)
    : DownloadTokenService.DownloadTokenServiceBase
{
    private const int DefaultTtlSeconds = 3_600;

    public override async Task<MintDownloadTokenResponse> MintDownloadToken(MintDownloadTokenRequest request, ServerCallContext context)
    {
        var ttlSeconds = request.TtlSeconds == 0 ? DefaultTtlSeconds : request.TtlSeconds;
        var maxUses = request.MaxUses == 0 ? 1 : request.MaxUses;
        var check = new RequestCheck();
        check.Require(request.StorageKey.Length is > 0 and <= StorageKey.MaxLength, "storage_key", $"must have 1 to {StorageKey.MaxLength} bytes");
        check.Range("ttl_seconds", ttlSeconds, 60, 86_400);
        check.Range("max_uses", maxUses, 1, 1_000);
        check.ThrowIfInvalid();
        if (!allowlist.TryAdmit(request.StorageKey, out var download))
        {
            throw RpcErrors.Of(ErrorReason.KeyNotAllowed);
        }

        var token = DownloadToken.Create();
        var now = time.GetUtcNow();
        var kept = new KeptToken(DownloadToken.IdOf(token), download.Key.Value, maxUses, maxUses, now, now.AddSeconds(ttlSeconds));
        await store.SaveAsync(kept);
        metrics.TokenMinted();
        return new MintDownloadTokenResponse { Token = token, TokenId = kept.Id, ExpireTime = Timestamp.FromDateTimeOffset(kept.ExpireTime), MaxUses = maxUses };
    }

    public override async Task<RevokeDownloadTokenResponse> RevokeDownloadToken(RevokeDownloadTokenRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Require(DownloadToken.IsId(request.TokenId), "token_id", "must be an id that MintDownloadToken gave");
        check.ThrowIfInvalid();

        await store.RevokeAsync(request.TokenId);
        return new RevokeDownloadTokenResponse();
    }

    public override async Task<ListDownloadTokensResponse> ListDownloadTokens(ListDownloadTokensRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var size = PageToken.Size(check, request.PageSize);
        check.ThrowIfInvalid();
        var after = ReadCursor(request);

        // One more than asked for tells whether there is a next page.
        var ids = await index.ListAsync(after, size + 1);
        var page = ids.Take(size).ToList();
        var tokens = await Task.WhenAll(page.Select(entry => store.FindAsync(entry.Id)));
        return new ListDownloadTokensResponse
        {
            Tokens = { tokens.OfType<KeptToken>().Select(ToMessage) },
            NextPageToken = ids.Count > size ? PageToken.Next(request, page[^1].EndsMs.ToString(CultureInfo.InvariantCulture), page[^1].Id) : "",
        };
    }

    private static (long, string)? ReadCursor(ListDownloadTokensRequest request)
    {
        if (PageToken.Read(request, request.PageToken, cursorLength: 2) is not [var ends, var id])
        {
            return null;
        }

        return long.TryParse(ends, NumberStyles.None, CultureInfo.InvariantCulture, out var endsMs) && DownloadToken.IsId(id)
            ? (endsMs, id)
            : throw RpcErrors.Of(ErrorReason.InvalidPageToken);
    }

    private static DownloadTokenSummary ToMessage(KeptToken token) => new()
    {
        TokenId = token.Id,
        StorageKey = token.Key,
        MaxUses = token.MaxUses,
        UsesLeft = token.UsesLeft,
        CreateTime = Timestamp.FromDateTimeOffset(token.CreateTime),
        ExpireTime = Timestamp.FromDateTimeOffset(token.ExpireTime),
    };
}
