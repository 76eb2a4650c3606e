using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MoviesNow.ServiceDefaults.Connections;

internal static class ConnectionExtensions
{
    /// <summary>
    /// Bounds what connections may take, on every endpoint that is added later. What is not named here is Kestrel's: 32 KiB and 100 headers a
    /// request, 100 streams a connection, and bodies that come with 240 bytes a second after five seconds.
    /// </summary>
    public static void AddConnectionLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ConnectionOptions>().BindConfiguration(ConnectionOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ConnectionOptions>, ConnectionOptionsValidator>();
        builder.Services.AddSingleton<ConnectionMetrics>();
        builder.Services.AddSingleton<ConnectionGuard>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            var options = kestrel.ApplicationServices.GetRequiredService<IOptions<ConnectionOptions>>().Value;
            var guard = kestrel.ApplicationServices.GetRequiredService<ConnectionGuard>();
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = options.MaxPerEndpoint;
            kestrel.Limits.RequestHeadersTimeout = options.HeadersTimeout;
            kestrel.Limits.KeepAliveTimeout = options.IdleTimeout;
            // Before TLS, whose handshake has a time limit of its own.
            kestrel.ConfigureEndpointDefaults(listen => listen.Use(next => connection => guard.PassAsync(connection, next)));
        });
    }
}
