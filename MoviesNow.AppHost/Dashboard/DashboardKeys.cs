using MoviesNow.AppHost.Local;

namespace MoviesNow.AppHost.Dashboard;

/// <summary>Keys of this checkout's dashboard.</summary>
/// <param name="BrowserToken">Lets a browser in.</param>
/// <param name="OtlpApiKey">Lets telemetry in (header <c>x-otlp-api-key</c>).</param>
/// <param name="ApiKey">Lets programs read telemetry (header <c>x-api-key</c>).</param>
internal sealed record DashboardKeys(string BrowserToken, string OtlpApiKey, string ApiKey)
{
    public static DashboardKeys LoadOrCreate(LocalHome home) =>
        home.LoadOrCreate("dashboard.json", () => new DashboardKeys(LocalHome.NewToken(), LocalHome.NewToken(), LocalHome.NewToken()));
}
