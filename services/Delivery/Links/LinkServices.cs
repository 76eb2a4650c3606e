using Microsoft.Extensions.Options;
using MoviesNow.Delivery.Bundles;
using MoviesNow.Delivery.Policy;
using MoviesNow.Delivery.Quotas;
using MoviesNow.Delivery.Titles;
using MoviesNow.Delivery.Tokens;

namespace MoviesNow.Delivery.Links;

internal static class LinkServices
{
    public static void AddLinks(this IServiceCollection services)
    {
        services.AddChecked<LinkTtlOptions, LinkTtlOptionsValidator>(LinkTtlOptions.Section);
        services.AddChecked<AllowlistOptions, AllowlistOptionsValidator>(AllowlistOptions.Section);
        services.AddChecked<QuotaOptions, QuotaOptionsValidator>(QuotaOptions.Section);
        services.AddChecked<TokenOptions, TokenOptionsValidator>(TokenOptions.Section);
        services.AddSingleton<LinkMetrics>();
        services.AddSingleton<DownloadAllowlist>();
        services.AddSingleton<BundleDirectory>();
        services.AddSingleton<TitleDirectory>();
        services.AddSingleton<RowReader>();
        services.AddSingleton<TokenIndex>();
        services.AddSingleton<DownloadTokenStore>();
        services.AddSingleton<TokenDesk>();
        services.AddSingleton<QuotaCounter>();
        services.AddSingleton<DownloadQuotas>();
        services.AddSingleton<ObjectCheck>();
        services.AddSingleton<LinkSigner>();
        services.AddSingleton<LinkPipeline>();
        // Without state: else each call would make one, and a client of the catalogue for it.
        services.AddSingleton<DownloadLinkGrpcService>();
    }

    private static void AddChecked<TOptions, TValidator>(this IServiceCollection services, string section)
        where TOptions : class where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
    }
}
