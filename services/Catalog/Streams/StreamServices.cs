using Microsoft.Extensions.Options;

namespace MoviesNow.Catalog.Streams;

internal static class StreamServices
{
    public static IServiceCollection AddStreamVariants(this IServiceCollection services)
    {
        services.AddOptions<QualityTierOptions>().BindConfiguration(QualityTierOptions.Section).ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<QualityTierOptions>, QualityTierOptionsValidator>()
            .AddSingleton(provider => QualityTiers.With(provider.GetRequiredService<IOptions<QualityTierOptions>>().Value))
            .AddSingleton<VariantReader>()
            .AddSingleton<StreamVariantStore>()
            .AddSingleton<LadderStore>();
    }
}
