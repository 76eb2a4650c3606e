using Grpc.Core;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Cli.Catalog;

/// <summary>The catalogue as one caller.</summary>
internal sealed class CatalogClients(CallInvoker invoker)
{
    public TitleService.TitleServiceClient Titles { get; } = new(invoker);

    public SeasonService.SeasonServiceClient Seasons { get; } = new(invoker);

    public AssetService.AssetServiceClient Assets { get; } = new(invoker);

    public StreamVariantService.StreamVariantServiceClient Variants { get; } = new(invoker);

    public PlaybackService.PlaybackServiceClient Playback { get; } = new(invoker);
}
