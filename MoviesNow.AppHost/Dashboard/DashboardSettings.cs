using Microsoft.Extensions.Configuration;
using MoviesNow.AppHost.Local;
using MoviesNow.EmbeddedServers;

namespace MoviesNow.AppHost.Dashboard;

/// <summary>
/// Aspire's dashboard, configured to be safe without a certificate: on this machine's loopback only, with a login token, and keys
/// for those who send telemetry or ask its API. The keys belong to the checkout, so that a browser stays logged in over restarts.
/// </summary>
internal static class DashboardSettings
{
    private const int PreferredPort = 15100;
    private const int PreferredOtlpPort = 15101;
    private const int PreferredResourcePort = 15102;

    /// <summary>Options of the application: HTTP is enough on loopback.</summary>
    public static DistributedApplicationOptions Options(string[] args) => new() { Args = LocalHome.WithoutSwitches(args), AllowUnsecuredTransport = true };

    /// <summary>Where the dashboard lets its user in.</summary>
    public static string LoginUrl(IConfiguration configuration) => $"{configuration["ASPNETCORE_URLS"]}/login?t={configuration["AppHost:BrowserToken"]}";

    /// <summary>Where telemetry goes, and with which header, for programs that this application does not start.</summary>
    public static (string Endpoint, string Headers) Otlp(IConfiguration configuration) =>
        (configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"]!, $"x-otlp-api-key={configuration["AppHost:OtlpApiKey"]}");

    /// <summary>Gives the dashboard its addresses, the ports of each checkout its own, and its keys.</summary>
    public static void AddDashboard(this IDistributedApplicationBuilder builder, LocalHome home)
    {
        if (!builder.ExecutionContext.IsRunMode)
        {
            return;
        }

        var keys = DashboardKeys.LoadOrCreate(home);
        Set("ASPNETCORE_URLS", $"http://localhost:{FreePort.Prefer(PreferredPort)}");
        Set("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", $"http://localhost:{FreePort.Prefer(PreferredOtlpPort)}");
        Set("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", $"http://localhost:{FreePort.Prefer(PreferredResourcePort)}");
        builder.Configuration["AppHost:BrowserToken"] = keys.BrowserToken;
        builder.Configuration["AppHost:OtlpApiKey"] = keys.OtlpApiKey;
        builder.Configuration["AppHost:DashboardApiKey"] = keys.ApiKey;
        // The newest version of Aspire is not the concern of whoever runs MoviesNow.
        Set("ASPIRE_VERSION_CHECK_DISABLED", "true");
        // The orchestrator ends before its processes otherwise, and the next start finds them still there.
        Set("DcpPublisher:WaitForResourceCleanup", "true");

        void Set(string key, string value) => builder.Configuration[key] ??= value;
    }
}
