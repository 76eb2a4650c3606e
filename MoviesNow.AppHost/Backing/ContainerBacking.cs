using MoviesNow.AppHost.Local;

namespace MoviesNow.AppHost.Backing;

/// <summary>PostgreSQL and Redis in containers, with pgAdmin and Redis Insight, for those who have Docker; the bucket in LocalS3.</summary>
internal static class ContainerBacking
{
    public static BackingServers Add(IDistributedApplicationBuilder builder, LocalHome home, LocalSecrets secrets)
    {
        var postgres = builder.AddPostgres("postgres").WithDataVolume().WithPgAdmin();
        var redis = builder.AddRedis("redis").WithDataVolume().WithRedisInsight();
        return new BackingServers(
            postgres.AddDatabase("catalogdb"), postgres.AddDatabase("uploaddb"), postgres.AddDatabase("telemetrydb"), redis, LocalStorage.Add(builder, home, secrets))
        {
            Servers = [postgres.Resource, redis.Resource],
        };
    }
}
