using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Tests.Links;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing.Hosting;
using StackExchange.Redis;

namespace MoviesNow.Delivery.Tests.Tokens;

[Collection(DeliveryTestGroup.Name)]
public sealed class DownloadTokenTests(DeliverySystem system)
{
    private DownloadTokenService.DownloadTokenServiceClient Admin => system.Tokens(Identity.Admin);

    [Fact]
    public async Task GetBundleUrl_TokenRequired_AsksForItAndSpendsIt()
    {
        var bundle = await system.PublishedAsync(requiresToken: true);
        var token = (await Admin.MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = bundle.StorageKey })).Token;

        await RpcAssert.FailsAsync(ErrorReason.TokenRequired, () => DownloadAsync(bundle, token: ""));
        await RpcAssert.FailsAsync(ErrorReason.TokenInvalid, () => DownloadAsync(bundle, token: "guessed"));
        await DownloadAsync(bundle, token);
        await RpcAssert.FailsAsync(ErrorReason.TokenInvalid, () => DownloadAsync(bundle, token));
    }

    [Fact]
    public async Task GetBundleUrl_TokenOfAnotherKey_IsRefusedAndNotSpent()
    {
        var (one, other) = (await system.PublishedAsync(requiresToken: true), await system.PublishedAsync(requiresToken: true));
        var token = (await Admin.MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = one.StorageKey })).Token;

        await RpcAssert.FailsAsync(ErrorReason.TokenKeyMismatch, () => DownloadAsync(other, token));
        await DownloadAsync(one, token);
    }

    [Fact]
    public async Task GetBundleUrl_ObjectMissing_SpendsNothing()
    {
        var bundle = await system.PublishedAsync(requiresToken: true, withObject: false);
        var token = (await Admin.MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = bundle.StorageKey })).Token;
        await RpcAssert.FailsAsync(ErrorReason.ObjectNotFound, () => DownloadAsync(bundle, token));

        await system.StoreAsync(bundle.StorageKey, DeliverySystem.Content);
        await DownloadAsync(bundle, token);
    }

    [Fact]
    public async Task GetBundleUrl_FortyRedemptionsOfSevenUsesOnTwoReplicas_SevenWin()
    {
        var bundle = await system.PublishedAsync(requiresToken: true);
        var token = (await Admin.MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = bundle.StorageKey, MaxUses = 7 })).Token;

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => TryDownloadAsync(bundle, token, replica: i % 2)));

        Assert.Equal(7, outcomes.Count(outcome => outcome is null));
        Assert.All(outcomes.OfType<string>(), reason => Assert.Equal("TOKEN_INVALID", reason));
    }

    [Fact]
    public async Task RevokeDownloadToken_BeforeUse_MakesItWorthless()
    {
        var bundle = await system.PublishedAsync(requiresToken: true);
        var minted = await Admin.MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = bundle.StorageKey });

        await Admin.RevokeDownloadTokenAsync(new RevokeDownloadTokenRequest { TokenId = minted.TokenId });
        await Admin.RevokeDownloadTokenAsync(new RevokeDownloadTokenRequest { TokenId = minted.TokenId });

        await RpcAssert.FailsAsync(ErrorReason.TokenInvalid, () => DownloadAsync(bundle, minted.Token));
    }

    [Fact]
    public async Task MintDownloadToken_InRedis_KeepsNoTokenAndEverythingExpires()
    {
        var bundle = await system.PublishedAsync();
        var minted = await Admin.MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = bundle.StorageKey, TtlSeconds = 60 });

        await using var redis = await ConnectionMultiplexer.ConnectAsync(system.Redis.ConnectionString);
        var key = $"mn:delivery:token:{{{minted.TokenId}}}";
        Assert.InRange((await redis.GetDatabase().KeyTimeToLiveAsync(key))!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.DoesNotContain(minted.Token, string.Concat(await redis.GetDatabase().HashGetAllAsync(key)), StringComparison.Ordinal);

        Assert.Equal(32, minted.Token.Length);
        Assert.DoesNotContain(minted.Token, minted.TokenId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MintDownloadToken_BadFieldsKeysAndCallers_AreRefused()
    {
        var request = new MintDownloadTokenRequest { StorageKey = "bundles/0198c0de-7a5b-7c3d-8e9f-0123456789ab/S01.zip" };
        await RpcAssert.FailsOnFieldsAsync(
            ["storage_key", "ttl_seconds", "max_uses"], async () => await Admin.MintDownloadTokenAsync(new MintDownloadTokenRequest { TtlSeconds = 59, MaxUses = 1_001 }));
        await RpcAssert.FailsOnFieldsAsync(["token_id"], async () => await Admin.RevokeDownloadTokenAsync(new RevokeDownloadTokenRequest { TokenId = "*" }));
        await RpcAssert.FailsAsync(ErrorReason.KeyNotAllowed, async () => await Admin.MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = "originals/x" }));
        await RpcAssert.FailsAsync(ErrorReason.MfaRequired, async () => await system.Tokens(Identity.AdminWithoutMfa).MintDownloadTokenAsync(request));
        await RpcAssert.FailsAsync(ErrorReason.AdminRequired, async () => await system.Tokens(Identity.Viewer).MintDownloadTokenAsync(request));
        await RpcAssert.FailsAsync(
            ErrorReason.Unauthenticated, async () => await new DownloadTokenService.DownloadTokenServiceClient(system.As(identity: null)).MintDownloadTokenAsync(request));
    }

    [Fact]
    public async Task GetBundleUrl_RedisDown_TokensAreUnavailableOthersAreNotAndTheyRecover()
    {
        var (guarded, open) = (await system.PublishedAsync(requiresToken: true), await system.PublishedAsync());
        var token = (await Admin.MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = guarded.StorageKey })).Token;
        await system.Redis.KillAsync();
        try
        {
            await RpcAssert.FailsAsync(ErrorReason.DependencyUnavailable, () => DownloadAsync(guarded, token));
            await DownloadAsync(open, token: "");
        }
        finally
        {
            await system.Redis.StartAsync();
        }

        await DownloadLinkTests.EventuallyAsync(async () => await Admin.MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = guarded.StorageKey }));
    }

    private async Task DownloadAsync(Bundle bundle, string token, int replica = 0) => await system.Links(identity: null, replica).GetBundleUrlAsync(
        new GetBundleUrlRequest { BundleId = bundle.Id, Options = new DownloadOptions { Token = token } }, deadline: DateTime.UtcNow.AddSeconds(10));

    private async Task<string?> TryDownloadAsync(Bundle bundle, string token, int replica)
    {
        try
        {
            await DownloadAsync(bundle, token, replica);
            return null;
        }
        catch (RpcException exception)
        {
            return RpcErrors.InfoOf(exception)!.Reason;
        }
    }
}
