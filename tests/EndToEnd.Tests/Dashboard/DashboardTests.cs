using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MoviesNow.EndToEnd.Tests.Dashboard;

/// <summary>Where ops look: the dashboard of a running system in a real browser, with what the demo left there.</summary>
[Collection("AppHost")]
public sealed class DashboardTests(DashboardFixture dashboard) : IClassFixture<DashboardFixture>
{
    private static readonly string[] Services = ["catalog", "upload", "delivery", "telemetry"];

    [Fact]
    public async Task Open_WithoutTheToken_AsksForIt()
    {
        var page = await dashboard.OpenAsStrangerAsync("/");
        await Expect(page).ToHaveURLAsync(new Regex("/login"));

        await page.GotoAsync($"{dashboard.Address}/login?t=wrong");
        await Expect(page.GetByText("catalog", new() { Exact = true })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Resources_AfterTheStart_AreHealthyAndGroupedWithoutABanner()
    {
        var page = await dashboard.OpenAsync("/");
        foreach (var service in Services)
        {
            var row = Row(page, service);
            await Expect(row.GetByText("Running")).ToBeVisibleAsync();
            await Expect(row.GetByRole(AriaRole.Link, new() { Name = "health" })).ToBeVisibleAsync();
        }

        string[] migrations = ["catalog-migration", "upload-migration", "telemetry-migration"];
        foreach (var other in (string[])["catalogdb", "uploaddb", "telemetrydb", .. migrations, "postgres", "garnet", "redis", "s3", "cdn"])
        {
            await Expect(Row(page, other)).ToBeVisibleAsync();
        }

        await Expect(page.GetByText("Unhealthy")).ToHaveCountAsync(0);
        await Expect(page.GetByText(new Regex("certificate|unsecured|container runtime", RegexOptions.IgnoreCase))).ToHaveCountAsync(0);
        if (DashboardFixture.Pictures is not null)
        {
            await Expect(Row(page, "web").GetByText("Running")).ToBeVisibleAsync(new() { Timeout = 300_000 });
        }

        await DashboardFixture.ShowAsync(page, "dashboard-resources");
    }

    [Fact]
    public async Task Graph_ShowsWhatStandsOnWhat()
    {
        var page = await dashboard.OpenAsync("/?view=Graph");
        await Expect(page.Locator("svg text").GetByText("delivery", new() { Exact = true })).ToBeVisibleAsync();
        await DashboardFixture.ShowAsync(page, "dashboard-graph");
    }

    [Fact]
    public async Task Parameters_AreMasked()
    {
        var page = await dashboard.OpenAsync("/?view=Parameters");
        await Expect(page.GetByText("signing-key", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.GetByText(new Regex("^[A-Za-z0-9+/]{43}=$"))).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task ConsoleLogs_OfTheDemo_TellItsSteps()
    {
        var page = await dashboard.OpenAsync("/consolelogs/resource/demo");
        await Expect(page.GetByText("SHA-256").First).ToBeVisibleAsync();
        await DashboardFixture.ShowAsync(page, "dashboard-console");
    }

    [Fact]
    public async Task StructuredLogs_ComeFromEveryService()
    {
        var page = await dashboard.OpenAsync("/structuredlogs");
        await Expect(page.GetByText("Application started").First).ToBeVisibleAsync();
        await DashboardFixture.ShowAsync(page, "dashboard-logs");
    }

    [Fact]
    public async Task Traces_OfTheDemo_AreOneWithSpansOfEveryService()
    {
        var page = await dashboard.OpenAsync("/traces");
        var trace = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "moviesnow demo" });
        await Expect(trace).ToHaveCountAsync(1);
        foreach (var resource in Services.Append("s3"))
        {
            // The row counts the spans of each: upload (93).
            await Expect(trace).ToContainTextAsync(new Regex($@"\b{resource} \(\d+\)"));
        }

        await trace.GetByText("moviesnow demo").First.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/traces/detail/"));
        await Expect(page.GetByText("moviesnow.catalog.v1.TitleService/CreateTitle").First).ToBeVisibleAsync();
        await DashboardFixture.ShowAsync(page, "dashboard-trace");
    }

    [Fact]
    public async Task Metrics_OfAService_HaveItsOwn()
    {
        var page = await dashboard.OpenAsync("/metrics/resource/upload");
        await Expect(page.GetByText(new Regex("^moviesnow\\.upload")).First).ToBeVisibleAsync();
        await DashboardFixture.ShowAsync(page, "dashboard-metrics");
    }

    [Fact]
    public async Task Service_StoppedAndStartedFromThePage_ComesBack()
    {
        var page = await dashboard.OpenAsync("/");
        var row = Row(page, "telemetry");
        await row.GetByRole(AriaRole.Button, new() { Name = "Stop resource" }).ClickAsync();
        await Expect(row.GetByText("Running")).ToHaveCountAsync(0);
        await row.GetByRole(AriaRole.Button, new() { Name = "Start resource" }).ClickAsync();
        await Expect(row.GetByText("Running", new() { Exact = true })).ToBeVisibleAsync();
    }

    private static ILocator Row(IPage page, string resource) =>
        page.GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByText(resource, new() { Exact = true }) });
}
