namespace MoviesNow.ServiceDefaults.Connections;

/// <summary>How many connections a replica holds, and how long for those that say nothing; configuration section <c>Connections</c>.</summary>
public sealed class ConnectionOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Connections";

    /// <summary>
    /// Connections of each endpoint (<c>grpc</c>, <c>http</c>) at a time, 10 to 1,000,000. More are closed at once. It bounds memory and file
    /// descriptors; against one abuser there is <see cref="MaxPerAddress"/>.
    /// </summary>
    public int MaxPerEndpoint { get; set; } = 10_000;

    /// <summary>
    /// Connections of one address at a time, an IPv4 address or an IPv6 network of 64 bits, over all endpoints, 1 to 1,000,000. More are
    /// closed at once. Those of <c>Proxies:TrustedNetworks</c> do not count, for they stand for many.
    /// </summary>
    public int MaxPerAddress { get; set; } = 1_000;

    /// <summary>
    /// How long a connection may say nothing at first, and how long the headers of a request may take, 1 second to 2 minutes. Trusted
    /// proxies may open connections long before they use them.
    /// </summary>
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a connection may wait for its next request, 1 second to 1 hour. It should be longer than the same time of a load balancer in
    /// front, which would otherwise send requests on connections that are just being closed.
    /// </summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(130);
}
