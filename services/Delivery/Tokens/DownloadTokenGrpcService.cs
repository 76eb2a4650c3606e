using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Links;
using MoviesNow.Delivery.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Storage;

namespace MoviesNow.Delivery.Tokens;

internal sealed class DownloadTokenGrpcService(DownloadTokenStore store, LinkMetrics metrics, TimeProvider time) : DownloadTokenService.DownloadTokenServiceBase
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
        if (!DownloadAllowlist.TryAdmit(request.StorageKey, out var download))
        {
            throw RpcErrors.Of(ErrorReason.KeyNotAllowed);
        }

        var token = DownloadToken.Create();
        var lifetime = TimeSpan.FromSeconds(ttlSeconds);
        await store.SaveAsync(DownloadToken.IdOf(token), download.Key, lifetime, maxUses);
        metrics.TokenMinted();
        return new MintDownloadTokenResponse
        {
            Token = token,
            TokenId = DownloadToken.IdOf(token),
            ExpireTime = Timestamp.FromDateTimeOffset(time.GetUtcNow() + lifetime),
            MaxUses = maxUses,
        };
    }

    public override async Task<RevokeDownloadTokenResponse> RevokeDownloadToken(RevokeDownloadTokenRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Require(DownloadToken.IsId(request.TokenId), "token_id", "must be an id that MintDownloadToken gave");
        check.ThrowIfInvalid();

        await store.RevokeAsync(request.TokenId);
        return new RevokeDownloadTokenResponse();
    }
}
