using Grpc.Core;
using Grpc.Net.Client;
using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.V1;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Observability.Tests;

/// <summary>Every RPC is called, and everything that left the services over OTLP is searched.</summary>
[Collection("Observed")]
public sealed class LeakTests(ObservedSystem system)
{
    // Of signed addresses, keys of objects, tokens (JWT) and the demo's titles, which are values of SQL parameters.
    private static readonly string[] NeverExported = ["X-Amz-", "AWS4-HMAC", "bundles/", "originals/", "eyJhbGciOi", "Harbour Lights", "The Test Picture", "Bearer eyJ", PlantedRequest.Id, "mn:idempotency", "mn:rate", "mn:delivery"];

    [Fact]
    public async Task EveryRpc_OfEveryCaller_ExportsNoSecret()
    {
        var secrets = new List<string>([.. NeverExported, .. system.Secrets]);
        await Demo.RunAsync(system);
        secrets.AddRange(await UseTokensAsync());
        var called = await CallEverythingAsync();
        system.Flush();
        await system.Receiver.UntilAsync(spans => called.IsSubsetOf(spans.Select(span => span.Name)) && spans.Any(span => span.Name.StartsWith("Redis ", StringComparison.Ordinal)));

        Assert.Superset(new HashSet<string>(["trace", "metrics", "logs"], StringComparer.Ordinal), system.Receiver.Messages.Select(message => message.Signal).ToHashSet(StringComparer.Ordinal));
        foreach (var signal in (string[])["trace", "metrics", "logs"])
        {
            system.AssertNotExported(signal, [.. secrets]);
        }
    }

    /// <summary>Each method as an administrator, a viewer and nobody, with texts that are refused and with ids that are unknown.</summary>
    private async Task<HashSet<string>> CallEverythingAsync()
    {
        using var client = new RawClient();
        foreach (var method in MethodPolicies.Methods())
        {
            var path = MethodPolicies.PathOf(method);
            foreach (var hasIds in (bool[])[false, true])
            {
                foreach (var identity in (Identity?[])[Identity.Admin, Identity.Service, Identity.Viewer, null])
                {
                    (string, string)[] token = identity is null ? [] : [("authorization", $"Bearer {identity.Token()}")];

                    // A stream may have no end.
                    (string, string)[] deadline = method.IsServerStreaming ? [("grpc-timeout", "3S")] : [];
                    await client.CallAsync(
                        system.AddressOf(method.Service.FullName is "moviesnow.common.v1.AuditService" ? "x.catalog" : path), path, PlantedRequest.Of(method.InputType, hasIds),
                        [.. token, .. deadline, ("idempotency-key", $"planted-{Guid.NewGuid()}"), ("x-api-key", ObservedSystem.ApiKey), ("user-agent", "planted-agent/1.0"),
                            ("x-forwarded-for", ObservedSystem.ClientAddress), ("baggage", "planted=planted"), ("x-planted", "planted")]);
                }
            }
        }

        return [.. MethodPolicies.Methods().Select(method => MethodPolicies.PathOf(method)[1..])];
    }

    /// <summary>Successes that the demo has not: a title with planted texts, a one-time token, a playback session, protected playback.</summary>
    /// <returns>The secrets that the services gave.</returns>
    private async Task<IEnumerable<string>> UseTokensAsync()
    {
        using var catalog = GrpcChannel.ForAddress(system.Addresses["catalog"].Grpc);
        using var delivery = GrpcChannel.ForAddress(system.Addresses["delivery"].Grpc);
        using var telemetry = GrpcChannel.ForAddress(system.Addresses["telemetry"].Grpc);
        var admin = new Metadata { { "authorization", $"Bearer {Identity.Admin.Token()}" }, { "idempotency-key", $"planted-{Guid.NewGuid()}" } };
        var titles = new TitleService.TitleServiceClient(catalog);
        var title = (await titles.CreateTitleAsync(new CreateTitleRequest { Kind = TitleKind.Movie, Name = "Planted film" }, admin)).Title;
        await titles.GetTitleAsync(new GetTitleRequest { TitleId = title.Id }, new Metadata { { "authorization", $"Bearer {Identity.Admin.Token()}" } });
        var key = $"bundles/{title.Id}/S01.zip";
        var token = (await new DownloadTokenService.DownloadTokenServiceClient(delivery).MintDownloadTokenAsync(
            new MintDownloadTokenRequest { StorageKey = key }, new Metadata { { "authorization", $"Bearer {Identity.Admin.Token()}" } })).Token;
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await new DownloadLinkService.DownloadLinkServiceClient(delivery).GetDownloadUrlAsync(
            new GetDownloadUrlRequest { StorageKey = key, Options = new DownloadOptions { Token = token } }, new Metadata { { "x-api-key", ObservedSystem.ApiKey } }));
        Assert.Equal(StatusCode.NotFound, refused.StatusCode);
        var sessions = new PlaybackSessionService.PlaybackSessionServiceClient(telemetry);
        var session = await sessions.StartSessionAsync(
            new StartSessionRequest { Content = new PlaybackContent { TitleId = title.Id }, Client = new PlaybackClient { Device = "planted-tv", AppName = "planted-app", Country = "NO" } },
            new Metadata { { "authorization", $"Bearer {Identity.Viewer.Token()}" } });
        // The write token is in the URL.
        using var player = new HttpClient();
        var target = new Uri(system.Addresses["telemetry"].Http, $"/cmcd?session={session.SessionId}&token={session.SessionToken}");
        using var report = new StringContent("cid=\"planted\",e=t,sn=0,v=2\ne=ps,com.planted-key=\"planted\",sn=1,sta=p,ts=1764677101751,v=2", System.Text.Encoding.UTF8, "application/cmcd");
        using var reported = await player.PostAsync(target, report);
        Assert.True(reported.IsSuccessStatusCode);
        return [token, session.SessionToken, .. await PlantedPlayback.PlayAsync(system, title.Id)];
    }
}
