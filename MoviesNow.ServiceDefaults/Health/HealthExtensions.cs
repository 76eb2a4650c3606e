using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MoviesNow.ServiceDefaults.Health;

/// <summary>
/// Liveness (the process answers) apart from readiness (its dependencies do too). Over HTTP: <c>/health/live</c>,
/// <c>/health/ready</c>; over grpc.health.v1: the service names <c>live</c> and <c>ready</c>, and the empty name, which is ready.
/// </summary>
internal static class HealthExtensions
{
    private const string Live = "live";

    public static void AddHealth(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [Live]);
        builder.Services.AddGrpcHealthChecks(options =>
        {
            options.Services.Map(Live, check => check.Tags.Contains(Live, StringComparer.Ordinal));
            options.Services.Map("ready", _ => true);
        });
        builder.Services.AddSingleton<IHealthCheckPublisher, HealthLog>();
        // It would log each failed check with the driver's exception; HealthLog tells which check failed.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Live), ResponseWriter = WriteAsync }).DisableHttpMetrics();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteAsync }).DisableHttpMetrics();
        app.MapGrpcHealthChecksService().DisableHttpMetrics();
    }

    /// <summary>Names each check and its state; never why, for that may tell addresses.</summary>
    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString(),
        checks = report.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Status.ToString(), StringComparer.Ordinal),
    });
}
