using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Amazon.Runtime;
using Amazon.S3;

namespace MoviesNow.Storage;

/// <summary>Makes the AWSSDK client: retries off, for <see cref="StorageGate"/> does that; and no span or header with a URL in it.</summary>
internal static class S3Clients
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    public static AmazonS3Client Create(StorageOptions options)
    {
        var checksums = StorageCapabilities.Of(options).Checksums;
        var address = options.ServiceAddress;
        return new AmazonS3Client(Credentials(options), new AmazonS3Config
        {
            ServiceURL = address.Endpoint.AbsoluteUri,
            AuthenticationRegion = options.Region,
            ForcePathStyle = options.PathStyle,
            MaxErrorRetry = 0,
            ThrottleRetries = false,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = checksums ? ResponseChecksumValidation.WHEN_SUPPORTED : ResponseChecksumValidation.WHEN_REQUIRED,
            HttpClientFactory = new SingleClient(options.ConnectTimeout),
        });
    }

    private static AWSCredentials Credentials(StorageOptions options) => string.IsNullOrEmpty(options.SessionToken)
        ? new BasicAWSCredentials(options.AccessKeyId, options.SecretAccessKey)
        : new SessionAWSCredentials(options.AccessKeyId, options.SecretAccessKey, options.SessionToken);

    /// <summary>One client for the life of the process: it pools the connections.</summary>
    [SuppressMessage("Design", "CA1001", Justification = "Lives as long as the process.")]
    private sealed class SingleClient(TimeSpan connectTimeout) : HttpClientFactory
    {
        private readonly HttpClient _client = new(new TraceContextHandler(new SocketsHttpHandler
        {
            ConnectTimeout = connectTimeout,
            PooledConnectionLifetime = ConnectionLifetime,
            AllowAutoRedirect = false,
            UseCookies = false,

            // Without a propagator the handler makes no spans: they would carry keys and the bucket in their URL.
            ActivityHeadersPropagator = null,
            MeterFactory = new UnheardMeters(),
        }))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };

        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }

    /// <summary>
    /// Tells storage which trace a request belongs to, so that a server which traces too continues it. The header is not signed, which
    /// S3 allows.
    /// </summary>
    private sealed class TraceContextHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Activity.Current is { Recorded: true } current)
                request.Headers.TryAddWithoutValidation("traceparent", current.Id);
            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>
    /// Meters under names that nobody listens to: the handler's own would carry the host, which may begin with the bucket.
    /// <see cref="StorageTelemetry"/> has what is worth knowing.
    /// </summary>
    private sealed class UnheardMeters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new($"Unheard.{options.Name}");

        public void Dispose()
        {
        }
    }
}
