using MoviesNow.Telemetry.Rejected;

namespace MoviesNow.Telemetry.Viewers;

internal static class ViewerServices
{
    public static void AddViewers(this IServiceCollection services)
    {
        services.AddSingleton<ViewerStore>();
        services.AddSingleton<ViewerExport>();
    }

    public static void AddRejectedEvents(this IServiceCollection services)
    {
        services.AddSingleton<RejectedEventStore>();
        services.AddSingleton<RejectedEventReplay>();
        services.AddSingleton<RejectedEventDesk>();
    }
}
