using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MoviesNow.LocalS3;
using MoviesNow.Storage.Tests.Support;

namespace MoviesNow.Storage.Tests.Objects;

/// <summary>Storage that is down, silent or refuses: what callers see, and that they see it end.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    private const string Secret = "never-show-this-secret";

    private static readonly CancellationToken None = CancellationToken.None;

    private LocalS3Host _server = null!;
    private Dictionary<string, string?> _settings = null!;

    public async Task InitializeAsync()
    {
        _server = await LocalS3Host.StartAsync(options =>
        {
            options.Fsync = false;
            options.Buckets.Add("media");
        });
        _settings = StorageFixture.SettingsOf(_server);
        _settings["Storage:BreakDuration"] = "00:00:00.500";
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task EveryOperation_ServerDown_IsUnavailableAndRecovers()
    {
        await using var host = await StorageHost.StartAsync(_settings);
        var key = StorageFixture.NewKey();
        await host.Store.PutAsync(key, new OneWayStream([1]), 1, null, new ObjectHeaders(), None);
        await _server.StopAsync();

        foreach (var operation in Operations(host, key))
            AssertNeutral(await Assert.ThrowsAsync<StorageUnavailableException>(operation), key);
        Assert.Equal(HealthStatus.Unhealthy, await HealthAsync(host));

        await _server.RestartAsync();
        Assert.Equal(1, (await EventuallyAsync(() => host.Store.HeadAsync(key, None)))?.Size);
        Assert.Equal(HealthStatus.Healthy, await HealthAsync(host));
    }

    [Fact]
    public async Task HeadAsync_ServerDownForLong_FailsAtOnceUntilItIsBack()
    {
        await using var host = await StorageHost.StartAsync(_settings);
        await _server.StopAsync();
        var reasons = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            var e = await Assert.ThrowsAsync<StorageUnavailableException>(() => host.Store.HeadAsync(StorageFixture.NewKey(), None));
            reasons.Add(e.Diagnosis.Reason);
        }

        Assert.Equal("ConnectionRefused", reasons[0]);
        Assert.Contains("CircuitOpen", reasons, StringComparer.Ordinal);
        await _server.RestartAsync();
        Assert.Null(await EventuallyAsync(() => host.Store.HeadAsync(StorageFixture.NewKey(), None)));
    }

    [Fact]
    public async Task HeadAsync_ServerThatNeverAnswers_TimesOut()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        _settings["Storage:ServiceUrl"] = $"http://{silent.LocalEndpoint}";
        _settings["Storage:RequestTimeout"] = "00:00:00.300";
        await using var host = await StorageHost.StartAsync(_settings);
        var e = await Assert.ThrowsAsync<StorageUnavailableException>(() => host.Store.HeadAsync(StorageFixture.NewKey(), None));
        Assert.Equal("Timeout", e.Diagnosis.Reason);
    }

    [Fact]
    public async Task PutAsync_ServerThatNeverAnswers_TimesOut()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        _settings["Storage:ServiceUrl"] = $"http://{silent.LocalEndpoint}";
        _settings["Storage:TransferTimeout"] = "00:00:00.300";
        await using var host = await StorageHost.StartAsync(_settings);
        var e = await Assert.ThrowsAsync<StorageUnavailableException>(() =>
            host.Store.PutAsync(StorageFixture.NewKey(), new OneWayStream([1]), 1, null, new ObjectHeaders(), None));
        Assert.Equal("Timeout", e.Diagnosis.Reason);
    }

    [Fact]
    public async Task HeadAsync_RetriesThatTakeTooLong_EndWithTheOperation()
    {
        await using var silent = await ScriptedServer.StartAsync(http => Task.Delay(Timeout.Infinite, http.RequestAborted));
        _settings["Storage:ServiceUrl"] = silent.Url;
        _settings["Storage:RequestTimeout"] = "00:00:00.500";
        _settings["Storage:OperationTimeout"] = "00:00:00.700";
        _settings["Storage:MaxRetries"] = "8";
        await using var host = await StorageHost.StartAsync(_settings);
        var e = await Assert.ThrowsAsync<StorageUnavailableException>(() => host.Store.HeadAsync(StorageFixture.NewKey(), None));
        Assert.Equal("Timeout", e.Diagnosis.Reason);
        Assert.InRange(silent.Requests, 1, 3);
    }

    [Fact]
    public async Task OpenReadAsync_ServerThatStallsInTheMiddle_TimesOut()
    {
        await using var stalling = await ScriptedServer.StartAsync(async http =>
        {
            http.Response.ContentLength = 1_000;
            await http.Response.Body.WriteAsync(new byte[10]);
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        _settings["Storage:ServiceUrl"] = stalling.Url;
        _settings["Storage:RequestTimeout"] = "00:00:00.300";
        await using var host = await StorageHost.StartAsync(_settings);
        var e = await Assert.ThrowsAsync<StorageUnavailableException>(() => host.Get<ObjectHasher>().HashAsync(StorageFixture.NewKey(), null, None));
        Assert.Equal("Timeout", e.Diagnosis.Reason);
    }

    [Fact]
    public async Task OpenReadAsync_ConnectionThatBreaksInTheMiddle_IsUnavailable()
    {
        await using var breaking = await ScriptedServer.StartAsync(async http =>
        {
            http.Response.ContentLength = 1_000;
            await http.Response.Body.WriteAsync(new byte[10]);
            await http.Response.Body.FlushAsync();
            http.Abort();
        });
        _settings["Storage:ServiceUrl"] = breaking.Url;
        await using var host = await StorageHost.StartAsync(_settings);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => host.Get<ObjectHasher>().HashAsync(StorageFixture.NewKey(), null, None));
    }

    [Fact]
    public async Task Operations_ServerOverloaded_RepeatOnlyWhatIsSafe()
    {
        await using var overloaded = await ScriptedServer.StartAsync(http =>
        {
            http.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        _settings["Storage:ServiceUrl"] = overloaded.Url;
        await using var host = await StorageHost.StartAsync(_settings);
        var key = StorageFixture.NewKey();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => host.Store.HeadAsync(key, None));
        Assert.Equal(3, overloaded.Requests);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => host.Store.CreateMultipartAsync(key, new ObjectHeaders(), None));
        Assert.Equal(4, overloaded.Requests);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => host.Store.CompleteMultipartAsync(key, "u", [new CompletedPart(1, "e")], None));
        Assert.Equal(5, overloaded.Requests);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => host.Store.PutAsync(key, new OneWayStream([1]), 1, null, new ObjectHeaders(), None));
        Assert.Equal(6, overloaded.Requests);
    }

    [Fact]
    public async Task HeadAsync_OneFailure_IsRepeatedUnseen()
    {
        var failed = 0;
        await using var flaky = await ScriptedServer.StartAsync(http =>
        {
            http.Response.StatusCode = Interlocked.Exchange(ref failed, 1) == 0 ? 503 : 404;
            return Task.CompletedTask;
        });
        _settings["Storage:ServiceUrl"] = flaky.Url;
        await using var host = await StorageHost.StartAsync(_settings);
        Assert.Null(await host.Store.HeadAsync(StorageFixture.NewKey(), None));
        Assert.Equal(2, flaky.Requests);
    }

    [Theory]
    [InlineData("Storage:SecretAccessKey", Secret)]
    [InlineData("Storage:AccessKeyId", Secret)]
    [InlineData("Storage:Bucket", "no-such-bucket")]
    [InlineData("Storage:Region", "mars-north-1")]
    public async Task Operations_WrongSetting_AreRefusedWithoutAWordOfTheProvider(string setting, string value)
    {
        _settings[setting] = value;
        await using var host = await StorageHost.StartAsync(_settings);
        var key = StorageFixture.NewKey();
        var e = await Assert.ThrowsAsync<StorageException>(() => host.Store.CreateMultipartAsync(key, new ObjectHeaders(), None));
        AssertNeutral(e, key);
        Assert.InRange(e.Diagnosis.HttpStatus, 400, 499);
        Assert.Equal(HealthStatus.Unhealthy, await HealthAsync(host));
    }

    [Fact]
    public async Task HeadAsync_CallerCancels_IsCancelled()
    {
        await using var host = await StorageHost.StartAsync(_settings);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.Store.HeadAsync(StorageFixture.NewKey(), cancelled.Token));
    }

    private static IEnumerable<Func<Task>> Operations(StorageHost host, StorageKey key)
    {
        var store = host.Store;
        yield return () => store.HeadAsync(key, None);
        yield return () => store.PutAsync(key, new OneWayStream([1]), 1, null, new ObjectHeaders(), None);
        yield return () => store.OpenReadAsync(key, null, null, None);
        yield return () => store.DeleteAsync(key, None);
        yield return () => store.CreateMultipartAsync(key, new ObjectHeaders(), None);
        yield return () => store.ListPartsAsync(key, "u", None);
        yield return () => store.CompleteMultipartAsync(key, "u", [new CompletedPart(1, "e")], None);
        yield return () => store.AbortMultipartAsync(key, "u", None);
        yield return () => store.ListAsync("", None).GetAsyncEnumerator(None).MoveNextAsync().AsTask();
        yield return () => store.ListMultipartUploadsAsync("", None).GetAsyncEnumerator(None).MoveNextAsync().AsTask();
        yield return () => host.Bucket.ProbeAsync(None);
        yield return () => host.Bucket.EnsureBucketAsync(None);
    }

    private void AssertNeutral(StorageException e, StorageKey key)
    {
        var shown = e.ToString() + e.Diagnosis;
        foreach (var secret in new[] { key.Value, "media", "no-such-bucket", _server.AccessKey, _server.SecretKey, Secret, "127.0.0.1", "http:", "Amazon", "AWS" })
            Assert.DoesNotContain(secret, shown, StringComparison.OrdinalIgnoreCase);
        Assert.Null(e.InnerException);
    }

    private static async Task<HealthStatus> HealthAsync(StorageHost host) =>
        (await host.Get<HealthCheckService>().CheckHealthAsync()).Entries[StorageHosting.HealthCheckName].Status;

    /// <summary>Asks until storage answers; the circuit is closed again after its break.</summary>
    private static async Task<T> EventuallyAsync<T>(Func<Task<T>> ask)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await ask();
            }
            catch (StorageUnavailableException) when (attempt < 50)
            {
                await Task.Delay(100);
            }
        }
    }
}
