using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using MoviesNow.Delivery.V1;
using MoviesNow.Testing.Hosting;
using ListBundlesRequest = MoviesNow.Delivery.V1.ListBundlesRequest;

namespace MoviesNow.Observability.Tests;

/// <summary>Links, tokens and tickets that are stolen, replayed or altered: refusals tell nothing of them, and nothing of them is exported.</summary>
[Collection("Observed")]
public sealed class HostileRunTests(ObservedSystem system)
{
    private readonly List<string> _answers = [];

    [Fact]
    public async Task HostileRun_AgainstDelivery_TellsAndExportsNoSecret()
    {
        await Demo.RunAsync(system);
        using var delivery = GrpcChannel.ForAddress(system.Addresses["delivery"].Grpc);
        var links = new DownloadLinkService.DownloadLinkServiceClient(delivery);
        var bundle = (await links.ListBundlesAsync(new ListBundlesRequest(), ApiKey())).Bundles[0];
        var key = $"bundles/{bundle.TitleId}/S{bundle.SeasonNumber:00}.zip";
        var link = (await links.GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = bundle.Id }, ApiKey())).Link;
        var token = (await new DownloadTokenService.DownloadTokenServiceClient(delivery).MintDownloadTokenAsync(
            new MintDownloadTokenRequest { StorageKey = key }, new Metadata { { "authorization", $"Bearer {Identity.Admin.Token()}" } })).Token;
        string[] secrets = [token, "planted-bucket", "X-Amz-Signature", new Uri(link.Url).Query.Split("X-Amz-Signature=")[1].Split('&')[0], "originals/", .. system.Secrets];

        await AskAsync(links, link, key, token);
        await BrowseAsync(link, key, token);
        system.Flush();

        Assert.True(_answers.Count > 20);
        Assert.All(_answers, answer => Assert.All(secrets, secret => Assert.DoesNotContain(secret, answer, StringComparison.OrdinalIgnoreCase)));
        foreach (var signal in (string[])["trace", "metrics", "logs"])
        {
            system.AssertNotExported(signal, secrets);
        }
    }

    /// <summary>Keys, tokens and ids of others, in every field that takes text.</summary>
    private async Task AskAsync(DownloadLinkService.DownloadLinkServiceClient links, DownloadLink link, string key, string token)
    {
        string[] texts = [link.Url, $"{key}?token={token}", $"originals/{token}/master.mov", $"../{key}", token, $"planted-bucket/{key}"];
        foreach (var text in texts)
        {
            var options = new DownloadOptions { Token = token, RedemptionId = $"!{text}" };
            await RefusedAsync(async () => await links.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = text }, ApiKey()));
            await RefusedAsync(async () => await links.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = key, Options = options }, ApiKey()));
            await RefusedAsync(async () => await links.GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = text, Options = options }, ApiKey()));
            await RefusedAsync(async () => await links.GetBundleManifestUrlAsync(new GetBundleManifestUrlRequest { BundleId = text }, ApiKey()));
            await RefusedAsync(async () => await links.ListBundlesAsync(new ListBundlesRequest { PageToken = text }, ApiKey()));
            await RefusedAsync(async () => await links.GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = Guid.CreateVersion7().ToString() }, Sent(text)));
            var batch = await links.BatchGetDownloadUrlsAsync(new BatchGetDownloadUrlsRequest { Requests = { new GetDownloadUrlRequest { StorageKey = text } } }, ApiKey());
            Assert.Null(batch.Results[0].Link);
        }
    }

    /// <summary>The same in URLs and headers of plain HTTP.</summary>
    private async Task BrowseAsync(DownloadLink link, string key, string token)
    {
        using var http = new HttpClient();
        foreach (var path in (string[])[$"playback/{token}/index.m3u8", $"playback/x/index.m3u8?{new Uri(link.Url).Query}", $"{key}{new Uri(link.Url).Query}", $"health/{token}", "moviesnow.delivery.v1.DownloadLinkService/GetBundleUrl"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(system.Addresses["delivery"].Http, path)) { Headers = { { "Referer", link.Url }, { "Cookie", $"token={token}" } } };
            request.Headers.TryAddWithoutValidation("authorization", $"Bearer {token}");
            using var answer = await http.SendAsync(request);
            Assert.False(answer.IsSuccessStatusCode);
            _answers.Add($"{answer.Headers}{answer.Content.Headers}{await answer.Content.ReadAsStringAsync()}");
        }
    }

    private async Task RefusedAsync(Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        _answers.Add(refused.Status.Detail);
        _answers.AddRange(refused.Trailers.Select(trailer => trailer.IsBinary ? Encoding.Latin1.GetString(trailer.ValueBytes) : trailer.Value));
    }

    private static Metadata ApiKey() => new() { { "x-api-key", ObservedSystem.ApiKey } };

    private static Metadata Sent(string text) => new() { { "x-api-key", text }, { "authorization", $"Bearer {text}" }, { "idempotency-key", text }, { "traceparent", text }, { "user-agent", text } };
}
