using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Links;
using MoviesNow.Delivery.Tests.Links;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.Tokens;
using MoviesNow.Delivery.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing.Hosting;
using StackExchange.Redis;

namespace MoviesNow.Delivery.Tests.Tokens;

/// <summary>Uses are spent exactly, only for links, and a redemption may be repeated by whoever made it.</summary>
[Collection(DeliveryTestGroup.Name)]
public sealed class RedemptionTests(DeliverySystem system)
{
    private DownloadTokenService.DownloadTokenServiceClient Admin => system.Tokens(Identity.Admin);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetBundleUrl_FiveHundredRedemptionsOverThreeReplicas_ExactlyMaxUsesWin(bool repeatable)
    {
        var bundle = await system.PublishedAsync(requiresToken: true);
        var minted = await MintAsync(bundle, uses: 37);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => TryAsync(bundle, minted.Token, repeatable ? NewId() : "", i % DeliverySystem.Replicas)));

        Assert.Equal(37, outcomes.Count(outcome => outcome.Length == 0));
        Assert.All(outcomes.Where(outcome => outcome.Length > 0), outcome => Assert.Equal("TOKEN_INVALID", outcome));
        Assert.Equal(0, await LeftAsync(minted.TokenId));
    }

    [Fact]
    public async Task GetBundleUrl_SameRedemptionAgain_GivesALinkWithoutAnotherUse()
    {
        var bundle = await system.PublishedAsync(requiresToken: true);
        var minted = await MintAsync(bundle);
        var id = NewId();

        Assert.Equal("", await TryAsync(bundle, minted.Token, id));
        Assert.Equal(["", "", ""], await Task.WhenAll(Enumerable.Range(0, 3).Select(replica => TryAsync(bundle, minted.Token, id, replica))));

        // Nobody else can: not with the token alone, and not with an id of another token.
        Assert.Equal("TOKEN_INVALID", await TryAsync(bundle, minted.Token, ""));
        Assert.Equal("TOKEN_INVALID", await TryAsync(bundle, minted.Token, NewId()));
        Assert.Equal("TOKEN_INVALID", await TryAsync(bundle, DownloadToken.Create(), id));
        Assert.Equal("TOKEN_REQUIRED", await TryAsync(bundle, "", id));
    }

    [Fact]
    public async Task GetBundleUrl_SameRedemptionAtOnce_SpendsOneUse()
    {
        var bundle = await system.PublishedAsync(requiresToken: true);
        var minted = await MintAsync(bundle, uses: 2);
        var id = NewId();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => TryAsync(bundle, minted.Token, id, i % DeliverySystem.Replicas)));

        Assert.All(outcomes, outcome => Assert.Equal("", outcome));
        Assert.Equal(1, await LeftAsync(minted.TokenId));
    }

    [Fact]
    public async Task GetBundleUrl_RepeatedForAnotherKey_IsRefused()
    {
        var (one, other) = (await system.PublishedAsync(requiresToken: true), await system.PublishedAsync(requiresToken: true));
        var minted = await MintAsync(one);
        var id = NewId();
        Assert.Equal("", await TryAsync(one, minted.Token, id));

        Assert.Equal("TOKEN_KEY_MISMATCH", await TryAsync(other, minted.Token, id));
    }

    [Fact]
    public async Task GetBundleUrl_RepeatedAfterTheWindowOrTheRevocation_IsRefused()
    {
        var clock = new MovingClock();
        await using var replica = system.WithClock(clock);
        var bundle = await system.PublishedAsync(requiresToken: true);
        var (minted, revoked) = (await MintAsync(bundle), await MintAsync(bundle));
        var id = NewId();
        Assert.Equal(("", ""), (await TryAsync(replica.As(null), bundle, minted.Token, id), await TryAsync(replica.As(null), bundle, revoked.Token, id)));
        await Admin.RevokeDownloadTokenAsync(new RevokeDownloadTokenRequest { TokenId = revoked.TokenId });

        Assert.Equal("TOKEN_INVALID", await TryAsync(replica.As(null), bundle, revoked.Token, id));
        clock.Shift = TimeSpan.FromSeconds(299);
        Assert.Equal("", await TryAsync(replica.As(null), bundle, minted.Token, id));
        clock.Shift = TimeSpan.FromSeconds(301);
        Assert.Equal("TOKEN_INVALID", await TryAsync(replica.As(null), bundle, minted.Token, id));
    }

    [Theory]
    [InlineData("object missing", "OBJECT_NOT_FOUND")]
    [InlineData("object changed", "OBJECT_CHANGED")]
    [InlineData("quota used up", "QUOTA_EXCEEDED")]
    [InlineData("other key", "TOKEN_KEY_MISMATCH")]
    [InlineData("deadline passed", "DEADLINE_EXCEEDED")]
    public async Task GetBundleUrl_NoLinkInTheEnd_SpendsNothing(string cause, string reason)
    {
        var heads = new HeldHeads();
        await using var replica = system.With(clock: null, services => heads.Wrap(services), ("Delivery:Quotas:BundlesPerDay", "1"));
        var bundle = await system.PublishedAsync(requiresToken: true, withObject: cause != "object missing");
        var minted = await MintAsync(cause == "other key" ? await system.PublishedAsync(requiresToken: true) : bundle);
        var caller = replica.As(identity: null, ("x-forwarded-for", AnyAddress()));
        switch (cause)
        {
            case "object changed":
                await system.ReplaceAsync(bundle.StorageKey, DeliverySystem.Content[1..]);
                break;
            case "quota used up":
                await new DownloadLinkService.DownloadLinkServiceClient(caller).GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = (await system.PublishedAsync()).Id });
                break;
            case "deadline passed":
                heads.Hold = true;
                break;
        }

        Assert.Equal(reason, await TryAsync(caller, bundle, minted.Token, NewId(), cause == "deadline passed" ? TimeSpan.FromSeconds(1) : null));

        Assert.Equal(1, await LeftAsync(minted.TokenId));
    }

    /// <summary>Then tokens are not looked at before they are spent.</summary>
    [Fact]
    public async Task GetBundleUrl_WithoutQuotaAndObjectRemembered_JudgesTokensAsEver()
    {
        await using var replica = system.With(clock: null, ("Delivery:Quotas:BundlesPerDay", "0"), ("Delivery:Quotas:DownloadsPerDay", "0"));
        var (bundle, other) = (await system.PublishedAsync(requiresToken: true), await system.PublishedAsync(requiresToken: true));
        var (minted, foreign) = (await MintAsync(bundle, uses: 2), await MintAsync(other));
        var (caller, again) = (replica.As(identity: null), NewId());
        Assert.Equal("", await TryAsync(caller, bundle, minted.Token, NewId()));

        Assert.Equal("TOKEN_REQUIRED", await TryAsync(caller, bundle, "", NewId()));
        Assert.Equal("TOKEN_INVALID", await TryAsync(caller, bundle, "guessed", NewId()));
        Assert.Equal("TOKEN_KEY_MISMATCH", await TryAsync(caller, bundle, foreign.Token, NewId()));
        Assert.Equal((1, 1), (await LeftAsync(minted.TokenId), await LeftAsync(foreign.TokenId)));
        Assert.Equal("", await TryAsync(caller, bundle, minted.Token, again));
        Assert.Equal("", await TryAsync(caller, bundle, minted.Token, again));
        Assert.Equal("TOKEN_INVALID", await TryAsync(caller, bundle, minted.Token, NewId()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    public async Task SpendAsync_CallEndedMeanwhile_GivesTheUseBack(string redemptionId)
    {
        await using var replica = system.With(clock: null);
        var bundle = await system.PublishedAsync(requiresToken: true);
        var minted = await MintAsync(bundle);
        var item = new LinkItem(new LinkTarget(bundle.StorageKey, null), new DownloadOptions { Token = minted.Token, RedemptionId = redemptionId }, "");
        await replica.Services.GetRequiredService<RowReader>().ReadAsync(item, new LinkCall(null, CancellationToken.None));

        await Assert.ThrowsAsync<OperationCanceledException>(
            () => replica.Services.GetRequiredService<TokenDesk>().SpendAsync(item, new LinkCall(null, new CancellationToken(canceled: true))));

        Assert.Equal(1, await LeftAsync(minted.TokenId));
        Assert.Equal("", await TryAsync(bundle, minted.Token, NewId()));
    }

    [Fact]
    public async Task MintedToken_RedisKilledAndStarted_IsStillGood()
    {
        var bundle = await system.PublishedAsync(requiresToken: true);
        var minted = await MintAsync(bundle, uses: 2);
        Assert.Equal("", await TryAsync(bundle, minted.Token, ""));

        await system.Redis.KillAsync();
        await system.Redis.StartAsync();

        await DownloadLinkTests.EventuallyAsync(async () => await DownloadAsync(system.As(null), bundle, minted.Token, "", null));
        Assert.Equal("TOKEN_INVALID", await TryAsync(bundle, minted.Token, ""));
    }

    [Fact]
    public async Task MintedToken_LostByRedis_IsRefused()
    {
        var bundle = await system.PublishedAsync(requiresToken: true);
        var minted = await MintAsync(bundle);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(system.Redis.ConnectionString);

        Assert.True(await redis.GetDatabase().KeyDeleteAsync($"mn:delivery:token:{{{minted.TokenId}}}"));

        Assert.Equal("TOKEN_INVALID", await TryAsync(bundle, minted.Token, NewId()));
    }

    [Fact]
    public async Task ListDownloadTokens_Pages_HaveAllThatAreGoodWithTheirUses()
    {
        var bundle = await system.PublishedAsync(requiresToken: true);
        var minted = new List<MintDownloadTokenResponse>();
        for (var i = 0; i < 5; i++)
        {
            minted.Add(await MintAsync(bundle, uses: i + 1));
        }

        await TryAsync(bundle, minted[2].Token, "");
        await Admin.RevokeDownloadTokenAsync(new RevokeDownloadTokenRequest { TokenId = minted[4].TokenId });

        var listed = new List<DownloadTokenSummary>();
        var request = new ListDownloadTokensRequest { PageSize = 2 };
        do
        {
            var page = await Admin.ListDownloadTokensAsync(request);
            Assert.InRange(page.Tokens.Count, 0, 2);
            listed.AddRange(page.Tokens);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        var own = listed.Where(token => token.StorageKey == bundle.StorageKey).ToList();
        Assert.Equal(minted.Take(4).Select(token => token.TokenId).Order(), own.Select(token => token.TokenId).Order());
        Assert.Equal([(1, 1), (2, 2), (3, 2), (4, 4)], own.OrderBy(token => token.MaxUses).Select(token => (token.MaxUses, token.UsesLeft)));
        Assert.All(minted, token => Assert.DoesNotContain(token.Token, string.Concat(listed), StringComparison.Ordinal));
        Assert.All(own, token => Assert.True(token.CreateTime < token.ExpireTime));
        await RpcAssert.FailsAsync(
            ErrorReason.InvalidPageToken, async () => await Admin.ListDownloadTokensAsync(new ListDownloadTokensRequest { PageToken = "x" }));
        await RpcAssert.FailsAsync(ErrorReason.AdminRequired, async () => await system.Tokens(Identity.Viewer).ListDownloadTokensAsync(new ListDownloadTokensRequest()));
    }

    internal static string AnyAddress() => string.Join('.', RandomNumberGenerator.GetBytes(4).Select(b => b % 200 + 1));

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private async Task<MintDownloadTokenResponse> MintAsync(Bundle bundle, int uses = 1) =>
        await Admin.MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = bundle.StorageKey, MaxUses = uses });

    private async Task<int> LeftAsync(string tokenId)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(system.Redis.ConnectionString);
        return (int)await redis.GetDatabase().HashGetAsync($"mn:delivery:token:{{{tokenId}}}", "left");
    }

    private Task<string> TryAsync(Bundle bundle, string token, string redemptionId, int replica = 0) => TryAsync(system.As(null, replica), bundle, token, redemptionId);

    private static async Task<string> TryAsync(CallInvoker caller, Bundle bundle, string token, string redemptionId, TimeSpan? timeout = null)
    {
        try
        {
            await DownloadAsync(caller, bundle, token, redemptionId, timeout);
            return "";
        }
        catch (RpcException exception)
        {
            return RpcErrors.InfoOf(exception)?.Reason
                ?? (exception.StatusCode is StatusCode.DeadlineExceeded ? "DEADLINE_EXCEEDED" : exception.StatusCode.ToString());
        }
    }

    private static async Task DownloadAsync(CallInvoker caller, Bundle bundle, string token, string redemptionId, TimeSpan? timeout) =>
        await new DownloadLinkService.DownloadLinkServiceClient(caller).GetBundleUrlAsync(
            new GetBundleUrlRequest { BundleId = bundle.Id, Options = new DownloadOptions { Token = token, RedemptionId = redemptionId } },
            deadline: timeout is { } limit ? DateTime.UtcNow + limit : null);
}
