using Aspire.StackExchange.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

/// <summary>Adds Redis connections to a host.</summary>
public static class AspireRedisExtensions
{
    private const string Section = "Aspire:StackExchange:Redis";

    /// <summary>
    /// Registers an <see cref="IConnectionMultiplexer"/> with health check and tracing. Unless the connection string says
    /// otherwise (<c>abortConnect</c>), a Redis that is down fails neither the start nor the resolution: the multiplexer
    /// goes on trying, and commands fail until it succeeds.
    /// </summary>
    /// <exception cref="InvalidOperationException">When the connection is resolved and no connection string was configured.</exception>
    public static void AddRedisClient(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<StackExchangeRedisSettings>? configureSettings = null,
        Action<ConfigurationOptions>? configureOptions = null) =>
        Add(builder, connectionName, serviceKey: null, configureSettings, configureOptions);

    /// <summary>The same under a key: the name is service key and connection name.</summary>
    public static void AddKeyedRedisClient(
        this IHostApplicationBuilder builder,
        string name,
        Action<StackExchangeRedisSettings>? configureSettings = null,
        Action<ConfigurationOptions>? configureOptions = null) =>
        Add(builder, name, serviceKey: name, configureSettings, configureOptions);

    private static void Add(
        IHostApplicationBuilder builder,
        string connectionName,
        string? serviceKey,
        Action<StackExchangeRedisSettings>? configureSettings,
        Action<ConfigurationOptions>? configureOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);

        var sections = new[] { builder.Configuration.GetSection(Section), builder.Configuration.GetSection($"{Section}:{connectionName}") };
        var settings = new StackExchangeRedisSettings();
        foreach (var section in sections)
            section.Bind(settings);
        if (builder.Configuration.GetConnectionString(connectionName) is { } connectionString)
            settings.ConnectionString = connectionString;
        configureSettings?.Invoke(settings);

        builder.Services.AddKeyedSingleton<IConnectionMultiplexer>(serviceKey, (services, _) =>
        {
            var options = Parse(settings, connectionName);
            foreach (var section in sections)
                section.GetSection("ConfigurationOptions").Bind(options);
            options.LoggerFactory ??= services.GetService<ILoggerFactory>();
            configureOptions?.Invoke(options);
            var connection = ConnectionMultiplexer.Connect(options);
            services.GetKeyedService<RedisTracing>(serviceKey)?.Attach(connection);
            return connection;
        });

        if (!settings.DisableAutoActivation)
        {
            builder.Services.AddSingleton<IHostedService>(
                services => new RedisActivation(() => services.GetRequiredKeyedService<IConnectionMultiplexer>(serviceKey)));
        }

        if (!settings.DisableHealthChecks)
        {
            var name = serviceKey is null ? "StackExchange.Redis" : $"StackExchange.Redis_{connectionName}";
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                name, services => new RedisHealthCheck(services, serviceKey), failureStatus: null, tags: null));
        }

        if (!settings.DisableTracing)
        {
            builder.Services.AddKeyedSingleton(serviceKey, static (services, _) => new RedisTracing(services.GetService<TimeProvider>() ?? TimeProvider.System));
            builder.Services.AddOpenTelemetry().WithTracing(static tracing => tracing.AddSource(RedisTracing.SourceName));
        }
    }

    private static ConfigurationOptions Parse(StackExchangeRedisSettings settings, string connectionName)
    {
        if (string.IsNullOrWhiteSpace(settings.ConnectionString))
        {
            throw new InvalidOperationException(
                $"ConnectionString is missing. It should be provided in 'ConnectionStrings:{connectionName}' or under the 'ConnectionString' key in '{Section}'.");
        }

        var options = ConfigurationOptions.Parse(settings.ConnectionString);
        if (!settings.ConnectionString.Contains("abortConnect", StringComparison.OrdinalIgnoreCase))
            options.AbortOnConnectFail = false;
        return options;
    }
}
