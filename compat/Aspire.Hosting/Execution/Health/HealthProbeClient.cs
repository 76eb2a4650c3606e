using System.Diagnostics;
using System.Net.Sockets;

namespace Aspire.Hosting.Execution.Health;

/// <summary>Asks local processes how they are, over connections that are kept.</summary>
internal sealed class HealthProbeClient : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        // A probe is no part of any trace.
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
    })
    { Timeout = System.Threading.Timeout.InfiniteTimeSpan };

    /// <summary>What is wrong, or null.</summary>
    public async Task<string?> GetAsync(Uri uri, Version version, int expectedStatus, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            return (int)response.StatusCode == expectedStatus ? null : $"{uri} answered {(int)response.StatusCode} instead of {expectedStatus}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{uri} did not answer within {Timeout.TotalSeconds:0} s";
        }
        catch (HttpRequestException e)
        {
            return e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
                ? $"nothing listens at {uri.GetLeftPart(UriPartial.Authority)} yet"
                : $"{uri}: {e.InnerException?.Message ?? e.Message}";
        }
    }

    public void Dispose() => _client.Dispose();
}
