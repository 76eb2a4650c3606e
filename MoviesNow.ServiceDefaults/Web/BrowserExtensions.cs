using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.Web;

/// <summary>What browsers need: gRPC-Web, and CORS for the pages of configured origins.</summary>
internal static class BrowserExtensions
{
    /// <summary>The longest that Chromium remembers a preflight; Firefox would for a day.</summary>
    internal static readonly TimeSpan PreflightMaxAge = TimeSpan.FromHours(2);

    /// <summary>What a page may read. An error that comes before any message has its status in headers instead of the body.</summary>
    private static readonly string[] Exposed =
    [
        "grpc-status", "grpc-message", RpcErrors.DetailsTrailer, "grpc-encoding", IdempotencyStatus.Header,
        "quota-bundles-remaining", "quota-downloads-remaining", "quota-reset-seconds",
    ];

    /// <summary>What a page may send beyond what browsers always may.</summary>
    private static readonly string[] Allowed =
    [
        "authorization", "content-type", "grpc-timeout", "traceparent", "tracestate", "x-grpc-web", "x-user-agent", ApiKeys.Header, IdempotencyKey.Header,
    ];

    public static void AddBrowsers(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<CorsSettings>().BindConfiguration(CorsSettings.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<CorsSettings>, CorsSettingsValidator>();
        builder.Services.AddCors();
        builder.Services.AddOptions<CorsOptions>().Configure<IOptions<CorsSettings>>((cors, settings) =>
            cors.AddDefaultPolicy(policy => Configure(policy, settings.Value)));
    }

    /// <summary>Belongs before whatever may refuse a call, so that pages can read refusals too.</summary>
    public static void UseBrowsers(this WebApplication app)
    {
        app.UseCors();
        app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
    }

    private static void Configure(CorsPolicyBuilder policy, CorsSettings settings)
    {
        AdmitOrigins(policy, settings);
        policy.WithMethods(HttpMethods.Post).WithHeaders(Allowed).WithExposedHeaders(Exposed).SetPreflightMaxAge(PreflightMaxAge);
    }

    /// <summary>Admits the pages that the configuration names, for every endpoint alike.</summary>
    internal static void AdmitOrigins(CorsPolicyBuilder policy, CorsSettings settings)
    {
        if (settings.AllowedOrigins.Contains(CorsSettings.AnyOrigin))
        {
            policy.AllowAnyOrigin();
        }
        else
        {
            policy.SetIsOriginAllowed(origin => settings.AllowedOrigins.Contains(origin) || (settings.AllowLoopback && Origin.IsLoopback(origin)));
        }

        if (settings.AllowCredentials)
        {
            policy.AllowCredentials();
        }
    }
}
