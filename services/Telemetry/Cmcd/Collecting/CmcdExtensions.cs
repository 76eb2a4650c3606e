using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Web;

namespace MoviesNow.Telemetry.Cmcd;

/// <summary>The collector of CMCD reports at <c>/cmcd</c>; <c>docs/cmcd.md</c> describes it.</summary>
internal static class CmcdExtensions
{
    public const string Path = "/cmcd";

    private const string Policy = "cmcd";

    private static readonly EndpointCorsRule Cors = new(
        [HttpMethods.Get, HttpMethods.Post], ["content-type", "content-encoding", .. CmcdDecoder.Headers], ["retry-after"]);

    public static void AddCmcd(this IServiceCollection services)
    {
        services.AddOptions<CmcdOptions>().BindConfiguration(CmcdOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CmcdOptions>, CmcdOptionsValidator>();
        services.AddSingleton<CmcdMetrics>();
        services.AddSingleton<CmcdSessions>();
        services.AddSingleton<CmcdCollector>();
        services.AddEndpointCors(Policy, Cors);
        services.PostConfigure<LoggerFilterOptions>(KeepRequestsOutOfLogs);
    }

    /// <summary>
    /// At Information the host logs the query of every request, and so the tokens in it. No setting brings that back: what is set for
    /// one kind of log counts more than what is set for all, so each has the rule.
    /// </summary>
    private static void KeepRequestsOutOfLogs(LoggerFilterOptions filters)
    {
        foreach (var provider in filters.Rules.Select(rule => rule.ProviderName).Append(null).Distinct(StringComparer.Ordinal).ToArray())
        {
            filters.Rules.Add(new LoggerFilterRule(provider, "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning, filter: null));
        }
    }

    public static void MapCmcd(this WebApplication app)
    {
        // Made now, so that its instruments are there before the first report.
        var collector = app.Services.GetRequiredService<CmcdCollector>();
        app.MapMethods(Path, [HttpMethods.Get, HttpMethods.Post], CollectAsync).RequireCors(Policy);

        async Task CollectAsync(HttpContext http) => await (await collector.CollectAsync(http.Request, http.RequestAborted)).WriteAsync(http.Response);
    }
}
