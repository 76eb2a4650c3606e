using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MoviesNow.EmbeddedServers;

namespace MoviesNow.AppHost.Startup;

/// <summary>
/// Health checks that, the first time, wait for a resource to become ready. Aspire asks again only after a second, then two, then
/// three: a check that says no at once would hold up whatever waits for the resource.
/// </summary>
internal static class Readiness
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(2) };

    /// <summary>Healthy when a page of one of the resource's endpoints answers 200.</summary>
    public static IResourceBuilder<T> WithReadiness<T>(this IResourceBuilder<T> resource, string endpoint, string path) where T : IResourceWithEndpoints =>
        resource.WithReadiness(cancellationToken => AnswersAsync($"{resource.GetEndpoint(endpoint).Url}{path}", cancellationToken));

    /// <summary>Healthy when a probe says so.</summary>
    public static IResourceBuilder<T> WithReadiness<T>(this IResourceBuilder<T> resource, ReadinessProbe probe) where T : IResource
    {
        var name = $"{resource.Resource.Name}-ready";
        var patience = Patience;
        resource.ApplicationBuilder.Services.AddHealthChecks().AddAsyncCheck(name, async cancellationToken =>
        {
            var isReady = await IsReadyAsync(probe, patience, cancellationToken);
            patience = TimeSpan.Zero;
            return isReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("It does not answer.");
        });
        return resource.WithHealthCheck(name);
    }

    private static async Task<bool> IsReadyAsync(ReadinessProbe probe, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await probe(cancellationToken))
        {
            if (TimeProvider.System.GetElapsedTime(started) >= patience)
            {
                return false;
            }

            await Task.Delay(Pause, cancellationToken);
        }

        return true;
    }

    private static async Task<bool> AnswersAsync(string url, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await Http.GetAsync(url, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
