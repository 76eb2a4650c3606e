using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Audit;
using MoviesNow.ServiceDefaults.Connections;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Health;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Observability;
using MoviesNow.ServiceDefaults.Postgres;
using MoviesNow.ServiceDefaults.RateLimits;
using MoviesNow.ServiceDefaults.Redis;
using MoviesNow.ServiceDefaults.Web;

namespace MoviesNow.ServiceDefaults;

/// <summary>What every service host shares.</summary>
public static class ServiceDefaultsExtensions
{
    private static readonly TimeSpan ShutdownDrain = TimeSpan.FromSeconds(15);

    /// <summary>Adds identity, access policies, rich errors, health, telemetry, service discovery and graceful shutdown.</summary>
    /// <param name="builder">The service's builder.</param>
    /// <param name="mapErrors">Adds the exceptions of the service's own dependencies.</param>
    /// <param name="configureGrpc">Changes gRPC's options, such as the message size.</param>
    public static void AddServiceDefaults(
        this WebApplicationBuilder builder, Action<ErrorMapping>? mapErrors = null, Action<GrpcServiceOptions>? configureGrpc = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var errors = new ErrorMapping();
        mapErrors?.Invoke(errors);
        builder.Services.AddSingleton(errors);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.AddObservability();
        builder.AddIdentity();
        builder.AddHealth();
        builder.AddConnectionLimits();
        builder.AddBrowsers();
        builder.AddTrustedProxies();
        builder.Services.AddSingleton<SharedRedis>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SharedRedis>());
        builder.AddRateLimits();
        builder.AddIdempotency();
        builder.Services.AddServiceDiscovery();
        builder.Services.AddSingleton<CallFailures>();
        builder.Services.AddSingleton<ErrorInterceptor>();
        builder.Services.AddSingleton<AccessInterceptor>();
        builder.Services.AddSingleton<AuditInterceptor>();
        builder.Services.AddGrpc(options =>
        {
            // Outermost first: whatever the inner ones refuse becomes a rich error.
            options.Interceptors.Add<ErrorInterceptor>();
            options.Interceptors.Add<AccessInterceptor>();
            options.Interceptors.Add<RateLimitInterceptor>();
            options.Interceptors.Add<IdempotencyInterceptor>();
            options.Interceptors.Add<AuditInterceptor>();
            configureGrpc?.Invoke(options);
        });
        if (builder.Environment.IsDevelopment())
        {
            builder.Services.AddGrpcReflection();
        }

        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownDrain);
    }

    /// <summary>
    /// Adds the service's database, with time-outs short enough to answer UNAVAILABLE within a caller's deadline. Of several hosts the
    /// primary is used. What needs a session beyond a transaction, or minutes, takes the data source of the key
    /// <see cref="PostgresOptions.Direct"/>.
    /// </summary>
    /// <param name="builder">The service's builder.</param>
    /// <param name="connectionName">Name of the connection string, such as <c>catalogdb</c>.</param>
    public static void AddPostgres(this WebApplicationBuilder builder, string connectionName)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddDataSources(connectionName);
    }

    /// <summary>
    /// Adds Redis, which holds what replicas share (idempotency records, rate limits): commands fail at once while it is down, and
    /// connections come back by themselves.
    /// </summary>
    /// <param name="builder">The service's builder.</param>
    /// <param name="connectionName">Name of the connection string, such as <c>redis</c>.</param>
    /// <param name="isVital">
    /// Whether the service's own methods need it: then it is not ready while Redis is down. Otherwise it works on, with less
    /// protection, and its health is degraded.
    /// </param>
    /// <param name="mustBeDurable">Whether the service keeps what must survive a restart of Redis.</param>
    public static void AddRedis(this WebApplicationBuilder builder, string connectionName, bool isVital, bool mustBeDurable = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        // Traced by RedisTracing, which costs nothing for calls that are not.
        builder.AddRedisClient(connectionName, settings => (settings.DisableTracing, settings.DisableHealthChecks) = (true, true), options =>
        {
            options.AbortOnConnectFail = false;
            options.ConnectTimeout = 2_000;
            options.AsyncTimeout = 2_000;
            options.SyncTimeout = 2_000;
            options.BacklogPolicy = StackExchange.Redis.BacklogPolicy.FailFast;
            // How long a cluster that changed unnoticed is believed to be the old one.
            options.ConfigCheckSeconds = 5;
            // Threads of its own would spare Redis from a starved pool. Nothing here blocks the pool's, and a command costs a third.
            options.SocketManager = StackExchange.Redis.SocketManager.ThreadPool;
        });
        // What the client says of a connection names addresses and credentials. Whoever needs Redis tells what failed in words of ours.
        builder.Logging.AddFilter("StackExchange.Redis", LogLevel.None);
        builder.Services.AddOptions<RedisOptions>().BindConfiguration(RedisOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RedisOptions>, RedisOptionsValidator>();
        builder.Services.AddSingleton(new RedisNeeds(mustBeDurable));
        builder.Services.AddHostedService<RedisRequirements>();
        builder.Services.AddHealthChecks().AddCheck<RedisHealth>(RedisHealth.Name, isVital ? HealthStatus.Unhealthy : HealthStatus.Degraded);
    }

    /// <summary>Maps health, reflection (in development) and identity. Call it before the service's own mappings.</summary>
    public static void UseServiceDefaults(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseMiddleware<UnreadBodyMiddleware>();
        app.UseTrustedProxies();
        app.UseBrowsers();
        app.UseMiddleware<BareStatusMiddleware>();
        app.UseBearers();
        app.MapHealth();
        if (app.Environment.IsDevelopment())
        {
            app.MapGrpcReflectionService();
        }
    }

    /// <summary>Runs the service until it is told to stop.</summary>
    public static Task RunServiceAsync(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.RequireAuditTrail();
        return app.RunAsync();
    }
}
