using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MoviesNow.ServiceDefaults.Observability;
using StackExchange.Redis;

namespace MoviesNow.ServiceDefaults.Redis;

/// <summary>
/// The host's Redis, for what must go on without it. Connecting may block for its own time-out, longer than a call may wait, so it
/// begins with the host, which waits a moment for it: the first calls, too, shall have what Redis gives.
/// </summary>
internal sealed class SharedRedis(IServiceProvider services, IServiceProviderIsService registrations) : IHostedService
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<IDatabase>? _connecting;
    private volatile IDatabase? _database;
    private bool _isTraced;

    /// <summary>Whether the host has one.</summary>
    public bool IsThere { get; } = registrations.IsService(typeof(IConnectionMultiplexer));

    /// <summary>The database; null until a connection was tried.</summary>
    public IDatabase? Database => _database;

    /// <summary>The database, once a connection was tried. It fails, and may be asked again, when Redis is not configured rightly.</summary>
    public Task<IDatabase> ConnectAsync()
    {
        lock (_gate)
        {
            return _connecting is { IsFaulted: false } ? _connecting : _connecting = Task.Run(Connect);
        }
    }

    private IDatabase Connect()
    {
        var connection = services.GetRequiredService<IConnectionMultiplexer>();
        if (!_isTraced)
        {
            services.GetService<RedisTracing>()?.Watch(connection);
            _isTraced = true;
        }

        return _database = connection.GetDatabase();
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsThere)
        {
            // Its failure is told by those who need it.
            await ((Task)ConnectAsync()).WaitAsync(StartLimit, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
