using Microsoft.Extensions.Options;
using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.Partitions;
using MoviesNow.Telemetry.Sessions;
using MoviesNow.Telemetry.Viewers;

namespace MoviesNow.Telemetry;

internal static class TelemetryServices
{
    public static void AddTelemetry(this IServiceCollection services)
    {
        services.AddOptions<TelemetryOptions>().BindConfiguration(TelemetryOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>();
        services.AddSingleton<TelemetryMetrics>();
        services.AddSingleton<DayPartitions>();
        services.AddHostedService<PartitionMaintenance>();
        services.AddSingleton<SessionSilence>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<SessionTokens>();
        services.AddSingleton<Pseudonyms>();
        services.AddSingleton<EventStore>();
        services.AddSingleton<EventIsolation>();
        services.AddSingleton<BatchPace>();
        services.AddSingleton<WriteQueue>();
        services.AddSingleton<EventRecorder>();
        services.AddHostedService<EventWriter>();
        services.AddRejectedEvents();
        services.AddViewers();
    }
}
