using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MoviesNow.Storage.Tests.Support;

/// <summary>What a service has after <c>AddObjectStorage</c>, built from settings alone.</summary>
internal sealed class StorageHost : IAsyncDisposable
{
    private readonly IHost _host;

    private StorageHost(IHost host) => _host = host;

    public IObjectStore Store => Get<IObjectStore>();

    public IBucketAdministration Bucket => Get<IBucketAdministration>();

    public S3Presigner Presigner => Get<S3Presigner>();

    public StorageOptions Options => Get<IOptions<StorageOptions>>().Value;

    public static async Task<StorageHost> StartAsync(IDictionary<string, string?> settings, TimeProvider? clock = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        if (clock is not null)
            builder.Services.AddSingleton(clock);
        builder.AddObjectStorage();
        var host = builder.Build();
        await host.StartAsync();
        return new StorageHost(host);
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
