namespace MoviesNow.Testing;

/// <summary>Servers of the Redis protocol that a cluster can be made of.</summary>
public enum RedisEngine
{
    /// <summary>Redis 7, as Debian's package <c>redis-server</c> has it. A replica takes over by itself when its primary is gone.</summary>
    Redis,

    /// <summary>Garnet, as the repository's tool manifest pins it. Nobody takes over by himself.</summary>
    Garnet,
}
