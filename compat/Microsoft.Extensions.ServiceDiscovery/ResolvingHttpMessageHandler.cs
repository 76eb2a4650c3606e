namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Replaces the host of a request by the address of the service that it names; unknown hosts pass unchanged.</summary>
internal sealed class ResolvingHttpMessageHandler(ConfigurationEndpointResolver resolver) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.RequestUri;
        if (asked is null || resolver.Resolve(asked) is not { } address)
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        request.RequestUri = new UriBuilder(asked) { Scheme = address.Scheme, Host = address.Host, Port = address.Port }.Uri;
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Whoever sends the request again must ask for the service anew.
            request.RequestUri = asked;
        }
    }
}
