using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace MoviesNow.ServiceDefaults.Redis;

/// <summary>
/// Looks whether Redis is set up as the service needs it: nothing may be dropped when memory is full, for records and tokens are no
/// cache; and tokens must survive a restart. It looks at the start, and whenever the nodes change.
/// </summary>
internal sealed class RedisRequirements : IHostedService, IDisposable
{
    private const string Eviction = "eviction";
    private const string Persistence = "persistence";
    private const string Met = "met";
    private const string Violated = "violated";
    private const string Unknown = "unknown";

    // Connecting has a time-out of its own; this is for a machine that is very busy.
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private readonly SharedRedis _redis;
    private readonly RedisNeeds _needs;
    private readonly RedisRequirementsMode _mode;
    private readonly ILogger<RedisRequirements> _logger;
    private readonly Lock _gate = new();
    private IConnectionMultiplexer? _watched;
    private volatile IReadOnlyList<(string Requirement, string State, string Detail)> _found = [];

    public RedisRequirements(
        SharedRedis redis, RedisNeeds needs, IOptions<RedisOptions> options, IMeterFactory meters, ILogger<RedisRequirements> logger)
    {
        (_redis, _needs, _mode, _logger) = (redis, needs, options.Value.Requirements, logger);
        meters.Create("moviesnow.servicedefaults").CreateObservableGauge(
            "moviesnow.redis.requirements", () => _found.Select(found => new Measurement<int>(
                found.State is Violated ? 1 : 0,
                new KeyValuePair<string, object?>("requirement", found.Requirement), new KeyValuePair<string, object?>("state", found.State))),
            "{requirement}",
            "1 where Redis is not set up as the service needs it, by `requirement` (eviction, persistence) and `state` (met, violated, unknown).");
    }

    /// <exception cref="InvalidOperationException">Redis is not set up as required.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_mode is RedisRequirementsMode.Off)
        {
            return;
        }

        if (_mode is RedisRequirementsMode.Warn)
        {
            // Nobody waits for it.
            _ = ConnectAndLookAsync();
            return;
        }

        // A Redis that is away does not keep the service from starting: it is looked at when it is there.
        await ConnectAndLookAsync().WaitAsync(StartLimit, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_found.Where(found => found.State is Violated).Select(found => found.Detail).ToArray() is { Length: > 0 } violations)
        {
            throw new InvalidOperationException(
                $"Redis is not set up as required: {string.Join(" ", violations)} Change it, or set Redis:Requirements to Warn.");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        if (_watched is { } connection)
        {
            connection.ConnectionRestored -= OnChange;
            connection.ConfigurationChanged -= OnChange;
        }
    }

    private async Task ConnectAndLookAsync()
    {
        try
        {
            var database = await _redis.ConnectAsync();
            _watched = database.Multiplexer;
            _watched.ConnectionRestored += OnChange;
            _watched.ConfigurationChanged += OnChange;
            await LookAsync(_watched);
        }
        catch (Exception e)
        {
            // Whoever needs Redis says why it cannot be reached.
            _logger.LogWarning("How Redis is set up could not be looked at: {Failure}", e.GetType().Name);
        }
    }

    private void OnChange(object? sender, EventArgs args)
    {
        if (_watched is { } connection)
        {
            _ = LookAsync(connection);
        }
    }

    private async Task LookAsync(IConnectionMultiplexer connection)
    {
        try
        {
            if (await RedisSetup.ReadAsync(connection) is { } setup)
            {
                Say(Judge(setup));
            }
        }
        catch (Exception e) when (e is RedisException or ObjectDisposedException)
        {
            _logger.LogDebug("How Redis is set up is looked at another time: {Failure}", e.GetType().Name);
        }
    }

    private List<(string Requirement, string State, string Detail)> Judge(RedisSetup setup)
    {
        List<(string, string, string)> found =
        [
            setup.Policy switch
            {
                null => (Eviction, Unknown, "Whether it drops keys when its memory is full could not be asked; it must not (maxmemory-policy noeviction)."),
                RedisSetup.NoEviction => (Eviction, Met, ""),
                var policy => (Eviction, Violated,
                    $"Its maxmemory-policy is {policy}: when memory is full it drops idempotency records and one-time tokens. It must be noeviction."),
            },
        ];
        if (_needs.Durable)
        {
            found.Add(setup.AppendOnly switch
            {
                null => (Persistence, Unknown,
                    "Whether it keeps its data over a restart could not be asked; it must (appendonly yes, or the provider's equivalent)."),
                true => (Persistence, Met, ""),
                false => (Persistence, Violated, "It writes no append-only file: one-time tokens are lost when it restarts. It needs appendonly yes."),
            });
        }

        return found;
    }

    private void Say(List<(string Requirement, string State, string Detail)> found)
    {
        (string Requirement, string State, string Detail)[] news;
        lock (_gate)
        {
            (news, _found) = ([.. found.Except(_found)], found);
        }

        foreach (var (_, state, detail) in news)
        {
            if (state is Violated)
            {
                _logger.LogWarning("Redis is not set up as required: {Detail}", detail);
            }
            else if (state is Unknown)
            {
                _logger.LogInformation("Redis does not tell how it is set up: {Detail}", detail);
            }
        }
    }
}
