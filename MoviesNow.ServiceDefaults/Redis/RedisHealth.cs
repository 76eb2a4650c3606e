using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace MoviesNow.ServiceDefaults.Redis;

/// <summary>
/// Whether Redis answers: some primary does, and a cluster serves all slots; it is degraded while it does not serve some. That a node is
/// away whose work others do is no reason to take a service out of turn.
/// </summary>
internal sealed class RedisHealth(SharedRedis redis) : IHealthCheck
{
    public const string Name = "StackExchange.Redis";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var database = await redis.ConnectAsync().WaitAsync(cancellationToken);
            var primaries = database.Multiplexer.GetServers().Where(server => server is { IsConnected: true, IsReplica: false });
            var answers = await Task.WhenAll(primaries.Select(IsServingAsync)).WaitAsync(cancellationToken);
            return Array.Exists(answers, isServing => isServing is true) ? HealthCheckResult.Healthy()
                : Array.Exists(answers, isServing => isServing is false) ? HealthCheckResult.Degraded()
                : new HealthCheckResult(context.Registration.FailureStatus);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, exception: exception);
        }
    }

    /// <summary>Null when it does not answer.</summary>
    private static async Task<bool?> IsServingAsync(IServer server)
    {
        try
        {
            if (server.ServerType is not ServerType.Cluster)
            {
                await server.PingAsync();
                return true;
            }

            var info = (string?)await server.ExecuteAsync("CLUSTER", "INFO");
            return info?.Contains("cluster_state:ok", StringComparison.Ordinal) is true;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            return null;
        }
    }
}
