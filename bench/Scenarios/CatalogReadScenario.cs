using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using MoviesNow.Bench.Measuring;
using MoviesNow.Catalog.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Bench.Scenarios;

/// <summary>What viewers ask for most, warm, from the real catalogue service with its rate limits, against an empty RPC.</summary>
internal static class CatalogReadScenario
{
    // So many that no single key is hot in every call, and few enough to be remembered.
    private const int Titles = 200;

    public static Task RunTitleAsync(TimeSpan duration, int rounds) =>
        RunAsync("title", TitleService.Descriptor.FindMethodByName("GetTitle"), title => new GetTitleRequest { TitleId = title }, duration, rounds);

    public static Task RunPlaybackAsync(TimeSpan duration, int rounds) => RunAsync(
        "playback", PlaybackService.Descriptor.FindMethodByName("GetPlayback"), title => new GetPlaybackRequest { TitleId = title }, duration, rounds);

    private static async Task RunAsync(
        string name, MethodDescriptor method, Func<string, IMessage> requestFor, TimeSpan duration, int rounds)
    {
        await using var plain = await GrpcHost.StartPlainAsync();
        await using var catalog = await CatalogHost.StartAsync();
        var admin = catalog.Service.As(Identity.Admin);
        var titles = new string[Titles];
        for (var i = 0; i < Titles; i++)
        {
            titles[i] = await CreateAsync(admin, i);
        }

        using var channel = GrpcHost.Connect(catalog.Service.Address.ToString());
        var invoker = channel.CreateCallInvoker();
        var viewers = GrpcWorkloads.Tokens(Identity.Viewer);
        var requests = Array.ConvertAll(titles, title => requestFor(title).ToByteArray());
        // The service is measured: what a client makes of the bytes of an answer is not looked at.
        var raw = new Method<byte[], byte[]>(MethodType.Unary, method.Service.FullName, method.Name, Marshallers.Create(Itself, Itself), Marshallers.Create(Itself, Itself));
        async Task<byte[]> ReadAsync(int title, Metadata viewer) => await invoker.AsyncUnaryCall(raw, host: null, new CallOptions(viewer), requests[title]);
        var bytes = (await ReadAsync(0, viewers[0])).Length;
        var empty = GrpcWorkloads.Empty(plain);
        var warm = new Workload($"{name}, warm", GrpcWorkloads.Workers, async worker => await ReadAsync(Random.Shared.Next(Titles), viewers[worker]));
        var tallies = await Comparison.RunAsync([empty, warm], duration, rounds);
        Report.Print(name, "calls/s", warm, empty, tallies, new JsonObject { ["response_bytes"] = bytes });
    }

    private static byte[] Itself(byte[] bytes) => bytes;

    /// <summary>A published film with its ladder.</summary>
    public static async Task<string> CreateAsync(CallInvoker admin, int number)
    {
        var titles = new TitleService.TitleServiceClient(admin);
        var title = (await titles.CreateTitleAsync(new CreateTitleRequest
        {
            Kind = TitleKind.Movie,
            Name = $"The Long Way Home {number}",
            Synopsis = "A pilot who lost her crew walks back through a country that no longer knows her, and finds who told her to go.",
            OriginalLanguage = "en",
            ReleaseYear = 2021,
            Genres = { "drama", "adventure" },
            ContentRatings = { new ContentRating { Country = "US", Rating = "PG-13" } },
            DurationMs = 7_320_000,
        })).Title;
        var asset = (await new AssetService.AssetServiceClient(admin).RecordAssetAsync(new RecordAssetRequest
        {
            Scope = new AssetScope { TitleId = title.Id },
            Kind = AssetKind.Video,
            StorageKey = $"hls/{title.Id}/v1/master.mp4",
            MimeType = "video/mp4",
            IsPrimary = true,
        })).Asset;
        await new StreamVariantService.StreamVariantServiceClient(admin).CreateLadderAsync(new CreateLadderRequest
        {
            AssetId = asset.Id,
            Variants =
            {
                Video(title.Id, QualityTier.P1080, 1920, 1080, 6_000_000, "avc1.640028"),
                Video(title.Id, QualityTier.P720, 1280, 720, 3_000_000, "avc1.64001f"),
                Video(title.Id, QualityTier.P480, 854, 480, 1_400_000, "avc1.64001e"),
            },
        });
        await titles.PublishTitleAsync(new PublishTitleRequest { TitleId = title.Id });
        return title.Id;
    }

    private static StreamVariant Video(string titleId, QualityTier tier, int width, int height, long bandwidth, string codec) => new()
    {
        Protocol = StreamProtocol.Hls,
        Container = Container.Fmp4,
        VideoCodec = VideoCodec.H264,
        AudioCodec = AudioCodec.Aac,
        Codecs = codec + ",mp4a.40.2",
        PeakBandwidthBps = bandwidth,
        AverageBandwidthBps = bandwidth * 8 / 10,
        Width = width,
        Height = height,
        FrameRate = 24,
        DynamicRange = DynamicRange.Sdr,
        BitDepth = 8,
        AudioChannels = 2,
        AudioLanguage = "en",
        DrmSystem = DrmSystem.None,
        IsDefault = tier is QualityTier.P1080,
        IsStreamable = true,
        Tier = tier,
        Label = tier.ToString(),
        StorageKey = $"hls/{titleId}/v1/{height}p/index.m3u8",
    };
}
