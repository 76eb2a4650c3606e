using Microsoft.Extensions.Options;

namespace MoviesNow.Catalog.Validation;

internal static class ValidationServices
{
    public static IServiceCollection AddMediaValidation(this IServiceCollection services)
    {
        services.AddOptions<PublishingOptions>().BindConfiguration(PublishingOptions.Section).ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<PublishingOptions>, PublishingOptionsValidator>()
            .AddSingleton<MediaStore>()
            .AddSingleton<PublishGuard>()
            .AddSingleton<MediaValidator>();
    }
}
