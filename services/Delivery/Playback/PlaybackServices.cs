using Microsoft.Extensions.Options;
using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.Playback.Development;
using MoviesNow.ServiceDefaults.Clients;

namespace MoviesNow.Delivery.Playback;

internal static class PlaybackServices
{
    /// <summary>Adds protected playback in the form that configuration chooses; without one, all is refused.</summary>
    public static void AddPlayback(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<PlaybackOptions>().BindConfiguration(PlaybackOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PlaybackOptions>, PlaybackOptionsValidator>();
        services.AddServiceClient<PlaybackService.PlaybackServiceClient>("catalog");
        services.AddSingleton<PlaybackDirectory>();
        services.AddSingleton<PlaybackTickets>();
        services.AddSingleton<PlaybackMetrics>();
        services.AddSingleton<PlaylistEndpoint>();
        services.AddSingleton<PlaybackIssuer>();
        services.AddSingleton<PlaybackGrpcService>();
        services.AddDevelopmentOrigin();
    }

    /// <summary>Maps the methods, and the playlists that players read over HTTP.</summary>
    public static void MapPlayback(this WebApplication app)
    {
        // So that the instruments are known before the first call.
        app.Services.GetRequiredService<PlaybackMetrics>();
        app.MapGrpcService<PlaybackGrpcService>();
        PlaylistEndpoint.Map(app);
        app.MapDevelopmentOrigin();
    }
}
