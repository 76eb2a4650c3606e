using Microsoft.Extensions.Options;
using MoviesNow.Telemetry.Live;

namespace MoviesNow.Telemetry.Qoe;

internal static class QoeServices
{
    /// <summary>Quality of experience: the roll-up of what events change, and who asks for it.</summary>
    public static void AddQoe(this IServiceCollection services)
    {
        services.AddOptions<QoeOptions>().BindConfiguration(QoeOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<QoeOptions>, QoeOptionsValidator>();
        services.AddSingleton<RollUpMetrics>();
        services.AddSingleton<RollUpStore>();
        services.AddSingleton<RollUp>();
        services.AddHostedService(provider => provider.GetRequiredService<RollUp>());
        services.AddSingleton<QoeRetention>();
        services.AddHostedService(provider => provider.GetRequiredService<QoeRetention>());
        services.AddSingleton<QoeStore>();
    }

    /// <summary>Maps the RPCs of quality.</summary>
    public static void MapQoe(this WebApplication app)
    {
        app.MapGrpcService<QoeGrpcService>();
        // So that the instruments are known before the first call.
        app.Services.GetRequiredService<LiveMetrics>();
    }
}
