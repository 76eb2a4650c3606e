using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Redis;

namespace MoviesNow.ServiceDefaults.RateLimits;

internal static class RateLimitExtensions
{
    /// <summary>Adds the limits; they are shared by replicas when the host adds Redis.</summary>
    public static void AddRateLimits(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RateLimitOptions>, RateLimitOptionsValidator>();
        builder.Services.AddSingleton<RateLimitMetrics>();
        builder.Services.AddSingleton<MethodLimits>();
        builder.Services.AddSingleton<CallerHash>();
        builder.Services.AddSingleton(services => new ClientNetworks(services.GetRequiredService<CallerHash>()));
        builder.Services.AddSingleton<SharedBuckets>();
        builder.Services.AddSingleton(CreateLimiter);
        builder.Services.AddSingleton<RateLimitInterceptor>();
        builder.Services.AddSingleton(services => new EndpointLimiter(
            services.GetRequiredService<PartitionedRateLimiter<LimitedCaller>>(),
            services.GetRequiredService<RateLimitMetrics>(),
            services.GetRequiredService<IOptions<RateLimitOptions>>()));
    }

    private static PartitionedRateLimiter<LimitedCaller> CreateLimiter(IServiceProvider services)
    {
        var shared = services.GetRequiredService<SharedRedis>().IsThere ? services.GetRequiredService<SharedBuckets>() : null;
        var (time, metrics) = (services.GetRequiredService<TimeProvider>(), services.GetRequiredService<RateLimitMetrics>());
        Func<LimitedCaller, RateLimiter> create = caller => new CallerLimiter(caller, shared, time, metrics);
        return PartitionedRateLimiter.Create<LimitedCaller, LimitedCaller>(caller => RateLimitPartition.Get(caller, create));
    }
}
