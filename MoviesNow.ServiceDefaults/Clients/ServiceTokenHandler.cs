using System.Net.Http.Headers;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.Clients;

/// <summary>
/// Sends this service's token with every call. Not as call credentials, which gRPC composes with TLS only: in development, and behind
/// a mesh that encrypts by itself, services speak without.
/// </summary>
internal sealed class ServiceTokenHandler(IServiceTokenProvider tokens) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.GetTokenAsync(cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }
}
