using MoviesNow.AppHost.Local;
using MoviesNow.AppHost.Startup;
using MoviesNow.EmbeddedServers;

namespace MoviesNow.AppHost.Backing;

/// <summary>The bucket in LocalS3, our own S3 endpoint for local runs.</summary>
internal static class LocalStorage
{
    private const string Bucket = "moviesnow-media";
    private const string AccessKey = "moviesnow";
    private const int PreferredPort = 9000;

    /// <summary>Adds the endpoint; its data is in the home directory.</summary>
    public static StorageBacking Add(IDistributedApplicationBuilder builder, LocalHome home, LocalSecrets secrets)
    {
        // Without a proxy in front: bytes go straight to it.
        var port = FreePort.Prefer(PreferredPort);
        var server = builder.AddProgram("s3", new Projects.MoviesNow_LocalS3())
            .WithHttpEndpoint(port: port, targetPort: port, name: "http", isProxied: false)
            .WithEnvironment("Kestrel__Endpoints__http__Url", $"http://127.0.0.1:{port.ToString()}")
            .WithEnvironment("LocalS3__DataDirectory", home.PathOf("s3"))
            .WithEnvironment("LocalS3__AccessKey", AccessKey)
            .WithEnvironment("LocalS3__SecretKey", secrets.StorageSecretKey)
            .WithEnvironment("LocalS3__Buckets__0", Bucket)
            .WithEnvironment("LocalS3__CorsOrigins__0", "*")
            .WithOtlpExporter()
            .WithTamedTelemetry()
            .WithReadiness("http", "/_health")
            .WithUrls(context => context.Urls.ForEach(url => (url.DisplayText, url.DisplayLocation) = ("S3", UrlDisplayLocation.DetailsOnly)));
        return new StorageBacking(
            new Dictionary<string, ReferenceExpression>(StringComparer.Ordinal)
            {
                ["Backend"] = ReferenceExpression.Create($"LocalS3"),
                ["ServiceUrl"] = ReferenceExpression.Create($"{server.GetEndpoint("http")}"),
                ["Bucket"] = ReferenceExpression.Create($"{Bucket}"),
                ["AccessKeyId"] = ReferenceExpression.Create($"{AccessKey}"),
                ["SecretAccessKey"] = ReferenceExpression.Create($"{secrets.StorageSecretKey}"),
            },
            server)
        {
            Local = new LocalBucket(port, Bucket, AccessKey, secrets.StorageSecretKey),
        };
    }
}
