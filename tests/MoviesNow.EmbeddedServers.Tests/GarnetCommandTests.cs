namespace MoviesNow.EmbeddedServers.Tests;

public sealed class GarnetCommandTests(GarnetCommandTests.Server server) : IClassFixture<GarnetCommandTests.Server>
{
    /// <summary>What docs/garnet.md says of the commands that services may use.</summary>
    [Theory]
    [InlineData("SET k v NX PX 60000|SET k w NX PX 60000", "OK|(nil)")]
    [InlineData("SET k v|SET k w NX GET PX 60000|GET k", "OK|v|v")]
    [InlineData("SET k v|SET k w XX GET|GETDEL k|EXISTS k", "OK|v|w|0")]
    [InlineData("MULTI|INCR k|HSET h f 1|EXEC", "OK|QUEUED|QUEUED|[1 1]")]
    [InlineData("MULTI|INCR k|DISCARD|EXISTS k", "OK|QUEUED|OK|0")]
    [InlineData("SET k v|GETEX k PX 60000|PERSIST k", "OK|v|1")]
    [InlineData("SET k v|PEXPIRE k 60000 XX|PEXPIRE k 60000|PEXPIRE k 1000 GT|PEXPIRE k 1000 LT", "OK|0|1|0|1")]
    [InlineData("SCRIPT LOAD return(7)|EVALSHA bc70ae583496ef68242126e5f723b4224435af02 0", "bc70ae583496ef68242126e5f723b4224435af02|7")]
    [InlineData("RPUSH l a b|LMOVE l m LEFT RIGHT|LRANGE m 0 -1|SADD s a b|SCARD s", "2|a|[a]|2|2")]
    [InlineData("SELECT 15|SET k v|SELECT 0|EXISTS k", "OK|OK|OK|0")]
    [InlineData("PSUBSCRIBE c*|PUNSUBSCRIBE c*", "[psubscribe c* 1]|[punsubscribe c* 0]")]
    [InlineData("SPUBLISH c m", "-ERR This instance has cluster support disabled")]
    [InlineData("WATCH k|MULTI|INCR k|EXEC", "OK|OK|QUEUED|[1]")]
    [InlineData("EVAL return(redis.call('INCR',KEYS[1])) 1 k", "1")]
    [InlineData("SET k v|EXPIRE k 100|EXPIRE k 200 NX|PERSIST k|TTL k", "OK|1|0|1|-1")]
    [InlineData("HSET h f 1|HINCRBY h f 4|HSETNX h f 9|HDEL h f|HLEN h", "1|5|0|1|0")]
    [InlineData("HSET h f 1|HEXPIRE h 100 FIELDS 1 f|HPERSIST h FIELDS 1 f|HTTL h FIELDS 1 f", "1|[1]|[1]|[-1]")]
    [InlineData("ZADD z 1 a 2 b|ZREMRANGEBYSCORE z 0 1|ZCARD z", "2|1|1")]
    [InlineData("SUBSCRIBE c|UNSUBSCRIBE c", "[subscribe c 1]|[unsubscribe c 0]")]
    [InlineData("XADD s * f v", "-ERR unknown command")]
    [InlineData("HGETDEL h FIELDS 1 f", "-ERR unknown command")]
    [InlineData("HSETEX h EX 10 FIELDS 1 f v", "-ERR unknown command")]
    [InlineData("FUNCTION LIST", "-ERR unknown command")]
    public async Task Commands_AsDocumented_Answer(string commands, string replies)
    {
        using var client = await server.ConnectAsync();
        await client.AskAsync("FLUSHALL");

        var actual = new List<string>();
        foreach (var command in commands.Split('|'))
            actual.Add(await client.AskAsync(command.Split(' ')));

        Assert.Equal(replies, string.Join('|', actual));
    }

    [Fact]
    public async Task Exec_WatchedKeyChanged_DoesNothing()
    {
        using var client = await server.ConnectAsync();
        using var other = await server.ConnectAsync();

        await client.AskAsync("WATCH", "watched");
        await other.AskAsync("SET", "watched", "theirs");
        await client.AskAsync("MULTI");
        await client.AskAsync("SET", "watched", "ours");

        Assert.Equal("(nil)", await client.AskAsync("EXEC"));
        Assert.Equal("theirs", await client.AskAsync("GET", "watched"));
    }

    [Fact]
    public async Task Eval_ConcurrentReadAndWrite_IsOneStep()
    {
        const string Increment = "local v = tonumber(redis.call('GET', KEYS[1]) or '0') redis.call('SET', KEYS[1], v + 1) return v";

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var client = await server.ConnectAsync();
            for (var i = 0; i < 100; i++)
                await client.AskAsync("EVAL", Increment, "1", "counter");
        }));

        using var reader = await server.ConnectAsync();
        Assert.Equal("800", await reader.AskAsync("GET", "counter"));
    }

    public sealed class Server : IAsyncLifetime, IDisposable
    {
        private readonly TemporaryDirectory _directory = new();
        private readonly int _port = FreePort.Next();
        private GarnetServer _garnet = null!;
        private ServerProcess _process = null!;

        public async Task InitializeAsync()
        {
            _garnet = await GarnetServer.PrepareAsync(_directory.Path, TestTools.Repository(), persistent: false);
            _process = await _garnet.StartAsync(_port);
        }

        public Task DisposeAsync() => _process.DisposeAsync().AsTask();

        public void Dispose() => _directory.Dispose();

        internal async Task<RespClient> ConnectAsync()
        {
            var client = new RespClient(_port);
            Assert.Equal("OK", await client.AskAsync("AUTH", _garnet.Password));
            return client;
        }
    }
}
