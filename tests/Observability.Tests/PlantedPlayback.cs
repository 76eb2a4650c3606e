using Grpc.Core;
using Grpc.Net.Client;
using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.V1;
using MoviesNow.Testing.Hosting;
using DeliveryPlaybackService = MoviesNow.Delivery.V1.PlaybackService;

namespace MoviesNow.Observability.Tests;

/// <summary>A film that is played: started, its playlist read over HTTP, and renewed.</summary>
internal static class PlantedPlayback
{
    /// <summary>What a deployment that protects playback sets.</summary>
    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Delivery:Playback:Protection"] = "CommonAccessToken",
        ["Delivery:Playback:CdnUrl"] = "https://planted-cdn.example.com/",
        ["Delivery:Playback:PublicUrl"] = "https://planted-delivery.example.com/",
        ["Delivery:Playback:TicketKeys:0"] = "cGxhbnRlZC1zZWNyZXQtcGxhbnRlZC1zZWNyZXQtMDE=",
        ["Delivery:Playback:CommonAccessToken:Algorithm"] = "HS256",
        ["Delivery:Playback:CommonAccessToken:Issuer"] = "planted-issuer",
        ["Delivery:Playback:CommonAccessToken:SigningKeyId"] = "planted-1",
        ["Delivery:Playback:CommonAccessToken:Keys:planted-1"] = "cGxhbnRlZC1zZWNyZXQtcGxhbnRlZC1zZWNyZXQtMDE=",
    };

    /// <summary>Plays a film that is not published yet; gives the secrets that it was told.</summary>
    public static async Task<IEnumerable<string>> PlayAsync(ObservedSystem system, string titleId)
    {
        using var catalog = GrpcChannel.ForAddress(system.Addresses["catalog"].Grpc);
        using var delivery = GrpcChannel.ForAddress(system.Addresses["delivery"].Grpc);
        using var player = new HttpClient();
        await PublishAsync(catalog, titleId);
        var playback = new DeliveryPlaybackService.PlaybackServiceClient(delivery);
        var apiKey = new Metadata { { "x-api-key", ObservedSystem.ApiKey } };
        var started = (await playback.StartPlaybackAsync(new StartPlaybackRequest { TitleId = titleId }, apiKey)).Grant;
        var renewed = (await playback.RenewPlaybackAsync(new RenewPlaybackRequest { RenewalToken = started.RenewalToken }, apiKey)).Grant;
        foreach (var path in (string[])[new Uri(started.PlaylistUrl).AbsolutePath, new Uri(renewed.PlaylistUrl).AbsolutePath, "/playback/planted-ticket/index.m3u8"])
        {
            using var answer = await player.GetAsync(new Uri(system.Addresses["delivery"].Http, path));
            var isPlaylist = (await answer.Content.ReadAsStringAsync()).StartsWith("#EXTM3U", StringComparison.Ordinal);
            Assert.Equal(!path.Contains("planted", StringComparison.Ordinal), isPlaylist);
        }

        return new[] { started, renewed }.SelectMany(grant => (string[])
        [
            grant.RenewalToken, grant.PathPrefix, new Uri(grant.PlaylistUrl).Segments[2].TrimEnd('/'), new Uri(grant.MediaBaseUrl).Segments[1].TrimEnd('/'),
        ]);
    }

    private static async Task PublishAsync(GrpcChannel catalog, string titleId)
    {
        var (admin, service) = (TokenOf(Identity.Admin), TokenOf(Identity.Service));
        var id = Guid.CreateVersion7();
        var key = $"hls/{titleId}/package_{id}/480p/index.m3u8";
        await new PackageService.PackageServiceClient(catalog).PublishPackageAsync(
            new PublishPackageRequest
            {
                PackageId = id.ToString(),
                Revision = 1,
                Scope = new AssetScope { TitleId = titleId },
                Video = new PackageObject { StorageKey = key, MimeType = "application/vnd.apple.mpegurl", SizeBytes = 100, Sha256 = new string('a', 64) },
                Variants =
                {
                    new StreamVariant
                    {
                        Protocol = StreamProtocol.Hls,
                        Container = Container.Fmp4,
                        VideoCodec = VideoCodec.H264,
                        AudioCodec = AudioCodec.None,
                        Codecs = "avc1.64001e",
                        PeakBandwidthBps = 800_000,
                        AverageBandwidthBps = 700_000,
                        Width = 854,
                        Height = 480,
                        FrameRate = 24,
                        DynamicRange = DynamicRange.Sdr,
                        BitDepth = 8,
                        DrmSystem = DrmSystem.None,
                        IsStreamable = true,
                        Tier = QualityTier.P480,
                        Label = "480p",
                        StorageKey = key,
                    },
                },
            },
            service);
        await new TitleService.TitleServiceClient(catalog).PublishTitleAsync(new PublishTitleRequest { TitleId = titleId }, admin);
    }

    private static Metadata TokenOf(Identity identity) => new() { { "authorization", $"Bearer {identity.Token()}" } };
}
