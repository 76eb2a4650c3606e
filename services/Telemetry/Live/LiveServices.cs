using Microsoft.Extensions.Options;

namespace MoviesNow.Telemetry.Live;

internal static class LiveServices
{
    /// <summary>The live view.</summary>
    public static void AddLive(this IServiceCollection services)
    {
        services.AddOptions<LiveOptions>().BindConfiguration(LiveOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<LiveOptions>, LiveOptionsValidator>();
        services.AddSingleton<LiveMetrics>();
        services.AddSingleton<LiveStore>();
        services.AddSingleton<LiveFeed>();
    }
}
