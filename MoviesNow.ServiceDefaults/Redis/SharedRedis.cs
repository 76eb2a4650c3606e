using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace MoviesNow.ServiceDefaults.Redis;

/// <summary>
/// The host's Redis, for what must go on without it. Connecting may block for its own time-out, longer than a call may wait, so it
/// runs beside the calls.
/// </summary>
internal sealed class SharedRedis(IServiceProvider services, IServiceProviderIsService registrations)
{
    private readonly Lock _gate = new();
    private Task<IDatabase>? _connection;

    /// <summary>Whether the host has one.</summary>
    public bool IsThere { get; } = registrations.IsService(typeof(IConnectionMultiplexer));

    /// <summary>The database, once a connection was tried. It fails, and may be asked again, when Redis is not configured rightly.</summary>
    public Task<IDatabase> DatabaseAsync()
    {
        lock (_gate)
        {
            return _connection is { IsFaulted: false } ? _connection : _connection = Task.Run(() => services.GetRequiredService<IConnectionMultiplexer>().GetDatabase());
        }
    }
}
