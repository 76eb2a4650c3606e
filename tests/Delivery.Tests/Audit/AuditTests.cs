using MoviesNow.Common.V1;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Delivery.Tests.Audit;

/// <summary>The service keeps no database: its entries are in the catalogue's trail.</summary>
[Collection(DeliveryTestGroup.Name)]
public sealed class AuditTests(DeliverySystem system)
{
    private const string Key = "bundles/0198c0de-7a5b-7c3d-8e9f-0123456789ab/S01.zip";

    private readonly Identity _admin = Identity.Admin with { Subject = $"admin-{Guid.NewGuid()}" };

    private AuditService.AuditServiceClient Trail => new(system.Catalog(Identity.Admin));

    [Fact]
    public async Task Tokens_MintedAndRevoked_LeaveOneRowEachWithoutTheToken()
    {
        var tokens = system.Tokens(_admin);
        var minted = await tokens.MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = Key });
        await tokens.RevokeDownloadTokenAsync(new RevokeDownloadTokenRequest { TokenId = minted.TokenId });
        await RpcAssert.FailsAsync(ErrorReason.KeyNotAllowed, async () => await tokens.MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = "originals/x" }));
        // Somebody takes the token for its id.
        await RpcAssert.FailsOnFieldsAsync(["token_id"], async () => await tokens.RevokeDownloadTokenAsync(new RevokeDownloadTokenRequest { TokenId = minted.Token }));

        // A call does not wait for ever for its entry.
        IReadOnlyList<AuditEntry> entries = [];
        await Eventually.HoldsAsync(async () =>
            (entries = (await Trail.ListAuditEntriesAsync(new ListAuditEntriesRequest { Actor = _admin.Subject })).Entries).Count == 4);

        Assert.Equal(
            [$"MintDownloadToken {minted.TokenId} OK", $"RevokeDownloadToken {minted.TokenId} OK", "MintDownloadToken  PERMISSION_DENIED", "RevokeDownloadToken  INVALID_ARGUMENT"],
            entries.Reverse().Select(entry => $"{entry.Method.Split('/')[1]} {entry.Target} {entry.Outcome}"));
        Assert.All([minted.Token, Key, "originals", "eyJ"], secret => Assert.DoesNotContain(secret, string.Concat(entries), StringComparison.Ordinal));
        Assert.All(entries, entry => Assert.Equal(32, entry.CorrelationId.Length));
    }

    [Fact]
    public async Task Downloads_OfThePublicAndOfAdmins_LeaveNoRow()
    {
        var bundle = await system.PublishedAsync();
        await system.Links(_admin).GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = bundle.Id });
        await system.Links(identity: null).GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = bundle.Id });

        var rows = (await Trail.ListAuditEntriesAsync(new ListAuditEntriesRequest { PageSize = 200 })).Entries;
        Assert.DoesNotContain(rows, row => row.Actor == _admin.Subject || row.Method.Contains("DownloadLinkService", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MintDownloadToken_WithoutTheCatalogue_IsMintedAllTheSame()
    {
        await using var replica = system.WithoutCatalog();
        var tokens = new DownloadTokenService.DownloadTokenServiceClient(replica.As(_admin));

        var minted = await tokens.MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = Key }, deadline: DateTime.UtcNow.AddSeconds(10));

        Assert.Equal(32, minted.Token.Length);
        Assert.Empty((await Trail.ListAuditEntriesAsync(new ListAuditEntriesRequest { Actor = _admin.Subject })).Entries);
    }
}
