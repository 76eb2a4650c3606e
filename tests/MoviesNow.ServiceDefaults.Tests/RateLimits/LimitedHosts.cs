using Google.Rpc;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.ServiceDefaults.Tests.Harness;

namespace MoviesNow.ServiceDefaults.Tests.RateLimits;

/// <summary>Replicas with every method of the contract and limits on. A test moves the clock that they measure time with.</summary>
internal sealed class LimitedHosts : IAsyncDisposable
{
    public const string CreateTitle = "/moviesnow.catalog.v1.TitleService/CreateTitle";
    public const string UpdateTitle = "/moviesnow.catalog.v1.TitleService/UpdateTitle";
    public const string GetTitle = "/moviesnow.catalog.v1.TitleService/GetTitle";

    /// <summary>What a call that is let in meets.</summary>
    public const string In = "UNIMPLEMENTED";

    public const string Out = "RATE_LIMITED";

    private readonly ManualTimestamps _time;

    private LimitedHosts(TestHost[] replicas, ManualTimestamps time) => (Replicas, _time) = (replicas, time);

    public TestHost[] Replicas { get; }

    /// <summary>Starts replicas that are connected to Redis, or one that has none.</summary>
    public static async Task<LimitedHosts> StartAsync(int count, string? redis, params (string Key, string? Value)[] settings)
    {
        var time = new ManualTimestamps();
        (string Key, string? Value)[] usual =
        [
            ("RateLimits:Enabled", "true"),

            // Time enough for a busy machine: what is tested is who gets a permit, not how quick Redis is.
            ("RateLimits:RedisTimeout", "00:00:02"),
            ("ConnectionStrings:redis", redis),
        ];
        var all = settings.UnionBy(usual, setting => setting.Key, StringComparer.Ordinal).ToArray();
        var replicas = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => TestHost.StartAsync(OpenServices.MapAll, builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(time);
            if (redis is not null)
            {
                builder.AddRedis("redis", isVital: false);
            }
        }, all)));
        foreach (var replica in replicas.Where(_ => redis is not null))
        {
            await replica.ConnectRedisAsync();
        }

        return new LimitedHosts(replicas, time);
    }

    /// <summary>Moves the replicas' clock, which stands still otherwise.</summary>
    public void Advance(TimeSpan by) => _time.Advance(by);

    /// <summary>Lets time pass for the replicas and for Redis, which has a clock of its own.</summary>
    public async Task WaitAsync(TimeSpan delay)
    {
        await Task.Delay(delay);
        Advance(delay);
    }

    /// <summary>Calls one replica after another with one message, and says what each call met.</summary>
    public async Task<string[]> CallAsync(int calls, string path, Who? who, params (string, string)[] headers)
    {
        var outcomes = new List<string>();
        for (var i = 0; i < calls; i++)
        {
            outcomes.Add((await CallOneAsync(i, path, who, headers)).Reason);
        }

        return [.. outcomes];
    }

    public Task<RawAnswer> CallOneAsync(int replica, string path, Who? who, params (string, string)[] headers) =>
        Replicas[replica % Replicas.Length].PostAsync(path, null, who is null ? headers : [.. headers, ("authorization", $"Bearer {who.Token()}")]);

    public static TimeSpan? RetryDelayOf(RawAnswer answer) =>
        answer.Details?.Details.FirstOrDefault(detail => detail.Is(RetryInfo.Descriptor))?.Unpack<RetryInfo>().RetryDelay.ToTimeSpan();

    public static string[] InThenOut(int admitted, int refused) => [.. Times(In, admitted), .. Times(Out, refused)];

    public static string[] Times(string outcome, int count) => [.. Enumerable.Repeat(outcome, count)];

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in Replicas)
        {
            await replica.DisposeAsync();
        }
    }

    private sealed class ManualTimestamps : TimeProvider
    {
        private long _ticks = TimeSpan.TicksPerDay;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _ticks);

        public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
    }
}
