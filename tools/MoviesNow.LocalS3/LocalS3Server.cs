using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MoviesNow.LocalS3.Buckets;
using MoviesNow.LocalS3.Cors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Lifecycle;
using MoviesNow.LocalS3.Objects;
using MoviesNow.LocalS3.Signing;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3;

/// <summary>Builds the S3 endpoint as a web application: private, path-style, kept on disk.</summary>
public static class LocalS3Server
{
    /// <summary>Builds the endpoint from the usual configuration: appsettings.json beside the assembly, environment, command line.</summary>
    /// <param name="args">The command line, for example <c>--LocalS3:DataDirectory=/data</c>.</param>
    /// <returns>An application that is not started yet; starting fails with a message that names the key when a setting is wrong.</returns>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = Path.GetDirectoryName(typeof(LocalS3Server).Assembly.Location),
        });
        builder.Services.AddOptions<LocalS3Options>().BindConfiguration(LocalS3Options.Section).PostConfigure(options =>
        {
            SplitList(builder.Configuration, nameof(LocalS3Options.Buckets), options.Buckets);
            SplitList(builder.Configuration, nameof(LocalS3Options.CorsOrigins), options.CorsOrigins);
        });
        builder.AddTracing();
        return Compose(builder);
    }

    /// <summary>Builds the endpoint in this process, reading no configuration. Set the address with <see cref="WebApplication.Urls"/>.</summary>
    /// <param name="configure">Sets at least the data directory and the key.</param>
    /// <param name="time">The clock for signatures, dates and lifecycle; the system's by default.</param>
    /// <returns>An application that is not started yet.</returns>
    public static WebApplication Build(Action<LocalS3Options> configure, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(LocalS3Server).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore();
        builder.Logging.AddConsole().SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddOptions<LocalS3Options>().Configure(configure);
        if (time is not null)
            builder.Services.AddSingleton(time);
        return Compose(builder);
    }

    private static WebApplication Compose(WebApplicationBuilder builder)
    {
        // The framework's request log shows query strings, and those of presigned addresses are secrets.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(Limit);
        var services = builder.Services;
        services.AddOptions<LocalS3Options>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<LocalS3Options>, LocalS3OptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Durability>().AddSingleton<BucketLoader>().AddSingleton<BucketStore>();
        services.AddSingleton<SigV4Authenticator>().AddSingleton<OperationTable>().AddSingleton<S3Endpoint>();
        services.AddSingleton<Owner>().AddSingleton<RegionOf>().AddSingleton<ObjectWriter>();
        services.AddSingleton<CorsPolicy>().AddSingleton<LifecycleScanner>();
        services.AddHostedService<StorageService>();
        services.AddHostedService(provider => provider.GetRequiredService<LifecycleScanner>());
        foreach (var operation in OperationTable.All)
            services.AddSingleton(operation);

        var app = builder.Build();
        var endpoint = app.Services.GetRequiredService<S3Endpoint>();
        // The target as sent: the framework's path is normalised, so that /bucket/../_health, a key, would pass for it.
        app.Run(http => http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget == "/_health" ? Health(http) : endpoint.HandleAsync(http));
        return app;
    }

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        // Sizes are limited per operation; a slow client is not an attacker here.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 16, gracePeriod: TimeSpan.FromMinutes(1));
        kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 16, gracePeriod: TimeSpan.FromMinutes(1));
        // A key of 1024 bytes is up to 3 KB when encoded, and response-* parameters come on top of the signature's.
        kestrel.Limits.MaxRequestLineSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        kestrel.Limits.MaxRequestBufferSize = 2 * 1024 * 1024;
        kestrel.RequestHeaderEncodingSelector = _ => Encoding.UTF8;
        kestrel.ResponseHeaderEncodingSelector = _ => Encoding.UTF8;
    }

    private static Task Health(HttpContext http)
    {
        http.Response.ContentType = "text/plain";
        return http.Response.WriteAsync("ok", http.RequestAborted);
    }

    // An environment variable is easier written as a,b than as two variables.
    private static void SplitList(ConfigurationManager configuration, string name, IList<string> list)
    {
        var value = configuration[$"{LocalS3Options.Section}:{name}"];
        foreach (var item in (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            list.Add(item);
    }
}
