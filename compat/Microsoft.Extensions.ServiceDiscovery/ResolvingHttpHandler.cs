using System.Net;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Replaces the name of a service in a request's URI by the address of one of its endpoints, for the time of the request.</summary>
internal sealed class ResolvingHttpHandler(ServiceEndpointResolver resolver) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is not { } original)
            return await base.SendAsync(request, cancellationToken);

        request.RequestUri = Resolve(original);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            // A retry resolves anew, and may come to another endpoint.
            request.RequestUri = original;
        }
    }

    private Uri Resolve(Uri uri)
    {
        if (!ServiceEndpointQuery.TryParse($"{uri.Scheme}://{uri.Authority}", out var query))
            return uri;
        if (resolver.Next(query) is not { } endpoint)
            // A name that is unknown is taken for a host name. Of several schemes only one can be sent.
            return query.IncludedSchemes.Count > 1 ? new UriBuilder(uri) { Scheme = query.IncludedSchemes[0], Port = query.Port ?? -1 }.Uri : uri;

        var (host, port) = endpoint.EndPoint switch
        {
            DnsEndPoint dns => (dns.Host, dns.Port),
            IPEndPoint ip => (ip.Address.ToString(), ip.Port),
            var other => throw new InvalidOperationException($"Endpoints of type {other.GetType()} are not supported."),
        };
        return new UriBuilder(uri) { Scheme = endpoint.Scheme ?? query.IncludedSchemes[0], Host = host, Port = port }.Uri;
    }
}
