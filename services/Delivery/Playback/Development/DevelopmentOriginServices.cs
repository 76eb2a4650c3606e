using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace MoviesNow.Delivery.Playback.Development;

/// <summary>The stand-in for the CDN on a machine without nginx. Nothing of it is reachable unless <see cref="PlaybackOptions.DevelopmentOrigin"/>.</summary>
internal static class DevelopmentOriginServices
{
    private const string Policy = "development-origin";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Options];

    public static void AddDevelopmentOrigin(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<PlaybackOptions>, DevelopmentOriginValidator>();
        services.AddSingleton<SecureLinkCheck>();
        services.AddSingleton<DevelopmentOrigin>();
        // As playback-locations.conf has it.
        services.Configure<CorsOptions>(cors => cors.AddPolicy(Policy, policy => policy
            .AllowAnyOrigin().WithMethods(Methods).WithHeaders("Range").WithExposedHeaders("Content-Length", "Content-Range")));
    }

    public static void MapDevelopmentOrigin(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<PlaybackOptions>>().Value.DevelopmentOrigin)
        {
            var origin = app.Services.GetRequiredService<DevelopmentOrigin>();
            app.MapMethods("/media/{**path}", Methods, (string? path, HttpContext http) => origin.AnswerAsync(path ?? "", http)).RequireCors(Policy);
        }
    }
}
