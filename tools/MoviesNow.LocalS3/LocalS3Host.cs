using System.Globalization;

namespace MoviesNow.LocalS3;

/// <summary>An S3 endpoint in this process, for tests: a free loopback port, and data that survives <see cref="RestartAsync"/>.</summary>
public sealed class LocalS3Host : IAsyncDisposable
{
    private readonly Action<LocalS3Options> _configure;
    private readonly TimeProvider? _time;
    private readonly bool _ownsData;
    private WebApplication? _app;

    private LocalS3Host(Action<LocalS3Options>? configure, TimeProvider? time)
    {
        var options = new LocalS3Options();
        configure?.Invoke(options);
        _ownsData = options.DataDirectory.Length == 0;
        DataDirectory = _ownsData ? Directory.CreateTempSubdirectory("locals3-").FullName : options.DataDirectory;
        AccessKey = options.AccessKey.Length == 0 ? "local-access-key" : options.AccessKey;
        SecretKey = options.SecretKey.Length == 0 ? "local-secret-key" : options.SecretKey;
        Region = options.Region;
        _time = time;
        _configure = target =>
        {
            configure?.Invoke(target);
            (target.DataDirectory, target.AccessKey, target.SecretKey) = (DataDirectory, AccessKey, SecretKey);
        };
    }

    /// <summary>The base address, such as <c>http://127.0.0.1:41234</c>; the same after a restart.</summary>
    public string Url { get; private set; } = "http://127.0.0.1:0";

    /// <summary>The access key id to sign with.</summary>
    public string AccessKey { get; }

    /// <summary>The secret to sign with.</summary>
    public string SecretKey { get; }

    /// <summary>The region to sign for.</summary>
    public string Region { get; }

    /// <summary>Where the data is; a temporary directory, deleted on disposal, unless one was configured.</summary>
    public string DataDirectory { get; }

    /// <summary>Starts an endpoint.</summary>
    /// <param name="configure">Changes the defaults: a temporary directory and a fixed key. Called once per start.</param>
    /// <param name="time">The clock, for tests of expiry and skew.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    public static async Task<LocalS3Host> StartAsync(
        Action<LocalS3Options>? configure = null, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        var host = new LocalS3Host(configure, time);
        await host.StartAppAsync(cancellationToken);
        return host;
    }

    /// <summary>Stops listening; data stays. Requests under way get a few seconds to end.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_app is not { } app)
            return;
        _app = null;
        await app.StopAsync(cancellationToken);
        await app.DisposeAsync();
    }

    /// <summary>Starts again on the same port with the same data, stopping first when needed.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync(cancellationToken);
        await StartAppAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_ownsData && Directory.Exists(DataDirectory))
            Directory.Delete(DataDirectory, recursive: true);
    }

    private async Task StartAppAsync(CancellationToken cancellationToken)
    {
        var app = LocalS3Server.Build(_configure, _time);
        app.Urls.Add(Url);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        _app = app;
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{new Uri(app.Urls.First()).Port}");
    }
}
