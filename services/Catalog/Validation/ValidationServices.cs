using Microsoft.Extensions.Options;
using MoviesNow.Catalog.Validation.Objects;
using MoviesNow.Storage;

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

    /// <summary>
    /// Adds the bucket, which <c>ValidateMedia</c> reads, when the configuration has a section <c>Storage</c>. All else works without it, so
    /// health is degraded while it is down.
    /// </summary>
    public static void AddMediaBucket(this WebApplicationBuilder builder)
    {
        if (!builder.Configuration.GetSection(StorageOptions.SectionName).Exists())
        {
            return;
        }

        builder.AddObjectStorage(isVital: false);
        builder.Services.AddSingleton(new ObjectLimits());
        builder.Services.AddSingleton<ObjectExamination>();
    }
}
