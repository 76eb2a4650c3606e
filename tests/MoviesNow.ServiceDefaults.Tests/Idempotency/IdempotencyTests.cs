using System.Text;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.ServiceDefaults.Tests.Idempotency;

public sealed class IdempotencyTests(GarnetFixture garnet) : IClassFixture<GarnetFixture>, IAsyncLifetime
{
    private readonly string _key = Guid.NewGuid().ToString();
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IdempotentHost _host = null!;

    public async Task InitializeAsync() => _host = await IdempotentHost.StartAsync(garnet.ConnectionString);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Call_Repeated_GetsTheFirstAnswerAgainAndRunsOnce()
    {
        var first = await _host.CreateAsync(_key);
        var second = await _host.CreateAsync(_key);
        var third = await _host.CreateAsync(_key);

        Assert.Equal(first.Answer!.ToByteArray(), second.Answer!.ToByteArray());
        Assert.Equal(second.Answer, third.Answer);
        Assert.Equal((IdempotencyStatus.Recorded, IdempotencyStatus.Replayed, IdempotencyStatus.Replayed), (first.Status, second.Status, third.Status));
        Assert.Single(_host.Ran);
    }

    [Fact]
    public async Task Call_RepeatedWithAnotherRequest_IsRefused()
    {
        await _host.CreateAsync(_key, "Fjord");

        var other = await _host.CreateAsync(_key, "Fjell");

        Assert.Equal("IDEMPOTENCY_KEY_REUSED", other.Reason);
        Assert.Equal(StatusCode.InvalidArgument, other.Error!.StatusCode);
        Assert.Single(_host.Ran);
    }

    [Fact]
    public async Task Call_WhileTheFirstRuns_IsToldWhenToRetry()
    {
        await using var slow = await IdempotentHost.StartAsync(garnet.ConnectionString, BlockedAsync);
        var running = slow.CreateAsync(_key);
        await _entered.Task;

        var early = await _host.CreateAsync(_key);
        var other = await _host.CreateAsync(_key, "Fjell");
        _mayEnd.SetResult();
        var first = await running;
        var late = await _host.CreateAsync(_key);

        Assert.Equal("IDEMPOTENCY_IN_PROGRESS", early.Reason);
        Assert.Equal(StatusCode.Aborted, early.Error!.StatusCode);
        Assert.True(RpcErrors.DetailOf<RetryInfo>(early.Error!)!.RetryDelay.ToTimeSpan() > TimeSpan.Zero);
        Assert.Equal("IDEMPOTENCY_KEY_REUSED", other.Reason);
        Assert.Equal(first.Answer, late.Answer);
        Assert.Empty(_host.Ran);
    }

    [Fact]
    public async Task Call_OfAnotherCallerOrMethod_IsAnother()
    {
        var one = await _host.CreateAsync(_key);
        var other = await _host.CreateAsync(_key, identity: Who.Admin with { Subject = "another@test" });
        await _host.UpdateAsync(_key);

        Assert.NotEqual(one.Answer!.Title.Id, other.Answer!.Title.Id);
        Assert.Equal(3, _host.Ran.Distinct().Count());
    }

    [Fact]
    public async Task Call_WithoutKey_RunsEachTime()
    {
        await _host.CreateAsync(key: null);
        var second = await _host.CreateAsync(key: null);

        Assert.Equal([null, null], _host.Ran);
        Assert.Null(second.Status);
    }

    [Fact]
    public async Task Read_WithKey_RunsEachTime()
    {
        await _host.GetAsync(_key);
        await _host.GetAsync(_key);

        Assert.Equal([null, null], _host.Ran);
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("129")]
    public async Task Call_MalformedKey_NamesIt(string key)
    {
        var text = key is "129" ? new string('k', 129) : key;

        await RpcAssert.FailsOnFieldsAsync([IdempotencyKey.Header], async () => throw (await _host.CreateAsync(text)).Error!);
        Assert.Empty(_host.Ran);
    }

    [Fact]
    public async Task Call_LongestKey_IsTaken() => Assert.Equal(IdempotencyStatus.Recorded, (await _host.CreateAsync(new string('~', 128))).Status);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_ThatFailed_MayBeTriedAgain(bool expected)
    {
        var failures = 1;
        await using var host = await IdempotentHost.StartAsync(garnet.ConnectionString, (request, _) => Interlocked.Decrement(ref failures) >= 0
            ? throw (expected ? RpcErrors.Of(ErrorReason.EtagMismatch) : new InvalidOperationException("broken"))
            : Task.FromResult(IdempotentHost.TitleOf(request)));

        var failed = await host.CreateAsync(_key);
        var next = await host.CreateAsync(_key);

        Assert.Equal(expected ? "ETAG_MISMATCH" : "INTERNAL", failed.Reason);
        Assert.Equal(IdempotencyStatus.Recorded, next.Status);
    }

    [Fact]
    public async Task Call_WhoseCallerLeft_IsRecordedAllTheSame()
    {
        await using var slow = await IdempotentHost.StartAsync(garnet.ConnectionString, BlockedAsync);
        using var caller = new CancellationTokenSource();
        var left = slow.CreateAsync(_key, cancellationToken: caller.Token);
        await _entered.Task;
        await caller.CancelAsync();
        await left;

        _mayEnd.SetResult();
        var answer = await slow.CreateUntilAnsweredAsync(_key);

        Assert.Equal(IdempotencyStatus.Replayed, answer.Status);
        Assert.Single(slow.Ran);
    }

    [Fact]
    public async Task Call_WhoseDeadlinePassed_IsRecordedAllTheSameAndNoDefect()
    {
        await using var slow = await IdempotentHost.StartAsync(garnet.ConnectionString, async (request, context) =>
        {
            var response = context.GetHttpContext().Response;
            var telling = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            response.OnStarting(() =>
            {
                telling.SetResult();
                return Task.CompletedTask;
            });
            await telling.Task;
            while (!response.HasStarted)
            {
                await Task.Yield();
            }

            return IdempotentHost.TitleOf(request);
        });

        var late = await slow.CreateWithinAsync("500m", _key);
        var answer = await slow.CreateUntilAnsweredAsync(_key);
        await slow.StopAsync();

        Assert.Equal(StatusCode.DeadlineExceeded, late.Code);
        Assert.Equal(IdempotencyStatus.Replayed, answer.Status);
        Assert.Empty(slow.Logs.Errors);
    }

    [Theory]
    [InlineData(1024, IdempotencyStatus.Recorded)]
    [InlineData(1025, IdempotencyStatus.NotKept)]
    public async Task Call_AnswerAboutTheLimit_IsKeptUpToIt(int size, string expected)
    {
        var answer = new CreateTitleResponse { Title = new Title { Synopsis = new string('s', 1_000) } };
        answer.Title.Synopsis += new string('s', size - answer.CalculateSize());
        await using var host = await IdempotentHost.StartAsync(
            garnet.ConnectionString, (_, _) => Task.FromResult(answer), time: null, ("Idempotency:MaxResponseBytes", "1024"));

        Assert.Equal(size, answer.CalculateSize());
        Assert.Equal(expected, (await host.CreateAsync(_key)).Status);
    }

    [Fact]
    public async Task Call_LargeAnswer_IsGivenOnceAndNeverCut()
    {
        await using var host = await IdempotentHost.StartAsync(
            garnet.ConnectionString,
            (request, _) => Task.FromResult(new CreateTitleResponse { Title = new Title { Name = request.Name, Synopsis = new string('s', 2_000) } }),
            time: null,
            ("Idempotency:MaxResponseBytes", "1024"));

        var first = await host.CreateAsync(_key);
        var second = await host.CreateAsync(_key);

        Assert.Equal(2_000, first.Answer!.Title.Synopsis.Length);
        Assert.Equal(IdempotencyStatus.NotKept, first.Status);
        Assert.Equal("IDEMPOTENCY_ANSWER_NOT_KEPT", second.Reason);
        Assert.Single(host.Ran);
    }

    [Fact]
    public async Task Calls_HundredAtOnceOverThreeReplicas_HaveOneEffectAndEqualAnswers()
    {
        await using var second = await IdempotentHost.StartAsync(garnet.ConnectionString);
        await using var third = await IdempotentHost.StartAsync(garnet.ConnectionString);
        IdempotentHost[] replicas = [_host, second, third];

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => replicas[i % 3].CreateUntilAnsweredAsync(_key)));

        Assert.All(outcomes, outcome => Assert.Equal("OK", outcome.Reason));
        Assert.Single(outcomes.Select(outcome => outcome.Answer!.ToByteString()).Distinct());
        Assert.Single(replicas.SelectMany(replica => replica.Ran));
    }

    [Fact]
    public async Task Record_InRedis_TellsNothingAndLivesADay()
    {
        var outcome = await _host.CreateAsync(_key, "a name to be found");
        var name = $"mn:idempotency:{{{CallOf(_key, "a name to be found").RecordName}}}";

        byte[] record = (await _host.Redis.StringGetAsync(name))!;
        var lifetime = await _host.Redis.KeyTimeToLiveAsync(name);

        Assert.DoesNotContain("a name to be found", Encoding.Latin1.GetString(record), StringComparison.Ordinal);
        Assert.DoesNotContain(outcome.Answer!.Title.Id, Encoding.Latin1.GetString(record), StringComparison.Ordinal);
        Assert.InRange(lifetime!.Value, TimeSpan.FromHours(23.9), TimeSpan.FromHours(24));
    }

    [Fact]
    public async Task Record_ThatSomebodyChanged_IsNoAnswer()
    {
        await _host.CreateAsync(_key);
        var name = RecordNameOf(_key);
        byte[] record = (await _host.Redis.StringGetAsync(name))!;
        record[^1] ^= 1;
        await _host.Redis.StringSetAsync(name, record, TimeSpan.FromMinutes(1));

        Assert.Equal("INTERNAL", (await _host.CreateAsync(_key)).Reason);
        Assert.Single(_host.Ran);
    }

    [Fact]
    public async Task Record_OfAnotherType_LetsTheCallRun()
    {
        await _host.Redis.ListLeftPushAsync(RecordNameOf(_key), "not ours");

        Assert.Equal(IdempotencyStatus.Unprotected, (await _host.CreateAsync(_key)).Status);
        Assert.Single(_host.Ran);
    }

    [Fact]
    public async Task Outcome_OfEachCallWithAKey_IsCounted()
    {
        using var counts = _host.Counts();

        await _host.CreateAsync(_key);
        await _host.CreateAsync(_key);
        await _host.CreateAsync(_key, "Fjell");
        await _host.CreateAsync(key: null);

        Assert.Equal(["1 [outcome, recorded]", "1 [outcome, replayed]", "1 [outcome, IDEMPOTENCY_KEY_REUSED]"], counts.All);
    }

    internal static string RecordNameOf(string key) => $"mn:idempotency:{{{CallOf(key, "Fjord").RecordName}}}";

    internal static KeyedCall CallOf(string key, string name) => KeyedCall.Of(
        new CallerId(CallerKind.Subject, Who.Admin.Subject),
        "/moviesnow.catalog.v1.TitleService/CreateTitle",
        key,
        new CreateTitleRequest { Kind = TitleKind.Movie, Name = name });

    private async Task<CreateTitleResponse> BlockedAsync(CreateTitleRequest request, ServerCallContext context)
    {
        _entered.TrySetResult();
        await _mayEnd.Task;
        return IdempotentHost.TitleOf(request);
    }
}
