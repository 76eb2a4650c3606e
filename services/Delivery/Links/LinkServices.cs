using Microsoft.Extensions.Options;
using MoviesNow.Delivery.Bundles;
using MoviesNow.Storage;

namespace MoviesNow.Delivery.Links;

internal static class LinkServices
{
    public static void AddLinks(this IServiceCollection services)
    {
        services.AddOptions<LinkTtlOptions>().BindConfiguration(LinkTtlOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<LinkTtlOptions>, LinkTtlOptionsValidator>();
        services.AddSingleton<IObjectHeads>(provider => provider.GetRequiredService<HeadCache>());
        services.AddSingleton<BundleDirectory>();
        services.AddSingleton<LinkMetrics>();
        services.AddSingleton<LinkIssuer>();
    }
}
