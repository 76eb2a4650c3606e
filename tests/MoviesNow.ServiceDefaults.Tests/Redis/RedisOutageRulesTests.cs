using MoviesNow.ServiceDefaults.Redis;
using StackExchange.Redis;

namespace MoviesNow.ServiceDefaults.Tests.Redis;

/// <summary>Which answers of Redis tell of an outage, and which of a defect of ours.</summary>
public sealed class RedisOutageRulesTests
{
    [Theory]
    [InlineData("LOADING Redis is loading the dataset in memory")]
    [InlineData("READONLY You can't write against a read only replica.")]
    [InlineData("CLUSTERDOWN The cluster is down")]
    [InlineData("EXECABORT Transaction discarded because of previous errors.")]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'.")]
    [InlineData("MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.")]
    [InlineData("BUSY Redis is busy running a script.")]
    public void Is_RefusedForTheStateOfTheNode_IsAnOutage(string message) => Assert.True(RedisOutage.Is(new RedisServerException(message)));

    [Theory]
    [InlineData("WRONGTYPE Operation against a key holding the wrong kind of value")]
    [InlineData("CROSSSLOT Keys in request don't hash to the same slot")]
    [InlineData("ERR unknown command")]
    [InlineData("NOAUTH Authentication required.")]
    public void Is_RefusedForTheCommand_IsADefect(string message) => Assert.False(RedisOutage.Is(new RedisServerException(message)));
}
