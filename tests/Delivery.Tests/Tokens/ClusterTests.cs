using System.Diagnostics;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.Links;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Delivery.Tests.Tokens;

/// <summary>Tokens and quotas on clusters of three primaries, and what a primary's death does to them.</summary>
[Collection(DeliveryTestGroup.Name)]
public sealed class ClusterTests(DeliverySystem system, RedisFailoverFixture failover) : IClassFixture<RedisFailoverFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(RedisEngine.Redis)]
    [InlineData(RedisEngine.Garnet)]
    public async Task Tokens_OnACluster_AreSpentExactlyListedAndRevoked(RedisEngine engine)
    {
        var redis = ("ConnectionStrings:redis", (string?)await RedisClusters.ConnectionStringAsync(engine));
        await using var one = system.With(clock: null, redis);
        await using var two = system.With(clock: null, redis);
        var bundle = await system.PublishedAsync(requiresToken: true);
        var admin = new DownloadTokenService.DownloadTokenServiceClient(one.As(Identity.Admin));

        // Enough that each primary has some.
        var minted = await Task.WhenAll(Enumerable.Range(0, 9).Select(_ => MintAsync(admin, bundle, uses: 3)));
        foreach (var token in minted)
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => TryAsync(i % 2 == 0 ? one : two, bundle, token.Token)));
            Assert.Equal(3, outcomes.Count(outcome => outcome.Length == 0));
            Assert.Equal(7, outcomes.Count(outcome => outcome == "TOKEN_INVALID"));
        }

        var fresh = await MintAsync(admin, bundle, uses: 1);
        await admin.RevokeDownloadTokenAsync(new RevokeDownloadTokenRequest { TokenId = fresh.TokenId });
        Assert.Equal("TOKEN_INVALID", await TryAsync(two, bundle, fresh.Token));
        var listed = (await admin.ListDownloadTokensAsync(new ListDownloadTokensRequest { PageSize = 100 })).Tokens;
        Assert.Equal(
            minted.Select(token => token.TokenId).Order(),
            listed.Where(token => token.StorageKey == bundle.StorageKey).Select(token => token.TokenId).Order());
    }

    [Theory]
    [InlineData(RedisEngine.Redis)]
    [InlineData(RedisEngine.Garnet)]
    public async Task Quotas_OnACluster_AreSharedByReplicas(RedisEngine engine)
    {
        (string, string?)[] settings = [("ConnectionStrings:redis", await RedisClusters.ConnectionStringAsync(engine)), ("Delivery:Quotas:BundlesPerDay", "3")];
        await using var one = system.With(clock: null, settings);
        await using var two = system.With(clock: null, settings);
        var bundle = await system.PublishedAsync();

        foreach (var address in Enumerable.Range(0, 8).Select(_ => RedemptionTests.AnyAddress()).ToArray())
        {
            var outcomes = new List<string>();
            for (var i = 0; i < 4; i++)
            {
                outcomes.Add(await TryAsync(i % 2 == 0 ? one : two, bundle, token: "", ("x-forwarded-for", address)));
            }

            Assert.Equal(["", "", "", "QUOTA_EXCEEDED"], outcomes);
        }
    }

    [Fact]
    public async Task Tokens_TheirPrimaryIsKilled_AreUnavailableUntilItsReplicaHasTakenOver()
    {
        await using var replica = system.With(clock: null, ("ConnectionStrings:redis", failover.Cluster.ConnectionString));
        var bundle = await system.PublishedAsync(requiresToken: true);
        var admin = new DownloadTokenService.DownloadTokenServiceClient(replica.As(Identity.Admin));
        var minted = await Task.WhenAll(Enumerable.Range(0, 9).Select(_ => MintAsync(admin, bundle, uses: 2)));
        foreach (var token in minted)
        {
            Assert.Equal("", await TryAsync(replica, bundle, token.Token));
        }

        await failover.Cluster.UntilReplicatedAsync();
        var killed = await failover.Cluster.PrimaryOfAsync($"mn:delivery:token:{{{minted[0].TokenId}}}");
        await failover.Cluster.KillAsync(killed);

        // Each is redeemed once more, for the replica has it; until then the caller is told to try again, and nothing else.
        var begin = Stopwatch.GetTimestamp();
        var outages = 0;
        foreach (var token in minted)
        {
            for (var outcome = await TryAsync(replica, bundle, token.Token); outcome.Length > 0; outcome = await TryAsync(replica, bundle, token.Token))
            {
                Assert.Equal("DEPENDENCY_UNAVAILABLE", outcome);
                Assert.True(Stopwatch.GetElapsedTime(begin) < Patience, "The replica's slots were not used.");
                outages++;
                await Task.Delay(100);
            }
        }

        Assert.True(outages > 0, "Nobody noticed that the primary was gone.");
        foreach (var token in minted)
        {
            Assert.Equal("TOKEN_INVALID", await TryAsync(replica, bundle, token.Token));
        }

        await failover.Cluster.StartAsync(killed);
        await failover.Cluster.UntilServingAsync();
    }

    private static async Task<MintDownloadTokenResponse> MintAsync(DownloadTokenService.DownloadTokenServiceClient admin, Bundle bundle, int uses) =>
        await admin.MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = bundle.StorageKey, MaxUses = uses });

    /// <summary>Asks for a link: empty, or the reason of the refusal.</summary>
    private static async Task<string> TryAsync(ServiceFactory<LinkTtlOptions> replica, Bundle bundle, string token, params (string, string)[] headers)
    {
        try
        {
            await new DownloadLinkService.DownloadLinkServiceClient(replica.As(identity: null, headers)).GetBundleUrlAsync(
                new GetBundleUrlRequest { BundleId = bundle.Id, Options = new DownloadOptions { Token = token } });
            return "";
        }
        catch (RpcException exception)
        {
            var reason = RpcErrors.InfoOf(exception)?.Reason ?? exception.StatusCode.ToString();
            Assert.Equal(reason is "DEPENDENCY_UNAVAILABLE" or "QUOTA_EXCEEDED", RpcErrors.DetailOf<Google.Rpc.RetryInfo>(exception) is not null);
            return reason;
        }
    }
}
