using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Redis;

namespace MoviesNow.ServiceDefaults.RateLimits;

internal static class RateLimitExtensions
{
    // About 50 MB at the worst.
    private const int MaxBuckets = 100_000;

    /// <summary>Adds the limits; they are shared by replicas when the host adds Redis.</summary>
    public static void AddRateLimits(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RateLimitOptions>, RateLimitOptionsValidator>();
        builder.Services.AddSingleton<RateLimitMetrics>();
        builder.Services.AddSingleton<MethodLimits>();
        builder.Services.AddSingleton<CallerHash>();
        builder.Services.AddSingleton<SharedCounts>();
        builder.Services.AddSingleton(CreateLimiter);
        builder.Services.AddSingleton<RateLimitInterceptor>();
    }

    private static RateLimiter CreateLimiter(IServiceProvider services)
    {
        var limits = services.GetRequiredService<MethodLimits>();
        var shared = services.GetRequiredService<SharedRedis>().IsThere
            ? services.GetRequiredService<SharedCounts>()
            : null;
        return new RateLimiter(
            new BucketTable(MaxBuckets, 2 * limits.LongestWindowMs), shared, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<RateLimitMetrics>());
    }
}
