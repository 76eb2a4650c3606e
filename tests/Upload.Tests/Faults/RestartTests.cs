using System.Net;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Support;
using UploadTests.Sweeping;

namespace UploadTests.Faults;

/// <summary>PostgreSQL and Redis are stopped, killed, emptied and started while uploads are under way.</summary>
[Collection(nameof(FaultSystem))]
public sealed class RestartTests(FaultSystem faults) : SweepTest(faults), IAsyncLifetime
{
    private const int Creates = 20;

    private readonly Content _content = Content.Random((int)UploadSystem.PartSize + 500);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await faults.Postgres.StartAsync();
        await faults.Garnet.StartAsync();
        System.ForgetConnections();
    }

    [Fact]
    public async Task Postgres_RestartedInTheMiddleOfAnUpload_LosesNoPart()
    {
        var upload = (await System.Uploads().CreateUploadAsync(Requests.Original(await System.MovieAsync(), _content))).Upload;
        var parts = (await System.Multipart().PresignPartsAsync(new PresignPartsRequest { UploadId = upload.Id, PartNumbers = { 1, 2 } })).Parts;
        await SendAsync(parts[0]);

        await faults.Postgres.StopAsync();
        await UnavailableAsync(() => System.Uploads().ResumeUploadAsync(new ResumeUploadRequest { UploadId = upload.Id }).ResponseAsync);
        await UnavailableAsync(() => System.Multipart(1).CompleteMultipartUploadAsync(Requests.Complete(upload)).ResponseAsync);
        await SendAsync(parts[1]);
        await faults.Postgres.StartAsync();

        var resumed = await Eventually.SucceedsAsync(() => System.Uploads().ResumeUploadAsync(new ResumeUploadRequest { UploadId = upload.Id }).ResponseAsync);
        Assert.True(resumed.BytesComplete);
        var completed = await Eventually.SucceedsAsync(() => System.Multipart(1).CompleteMultipartUploadAsync(Requests.Complete(upload)).ResponseAsync);
        Assert.Equal((upload.Id, UploadState.Completed), (completed.Upload.Id, completed.Upload.State));
    }

    /// <summary>The call has asked storage, and cannot write down what storage said.</summary>
    [Theory]
    [InlineData("finalize")]
    [InlineData("abort")]
    [InlineData("create")]
    public async Task Postgres_KilledInTheMiddleOfACall_RepeatingItHasTheEffectOnce(string name)
    {
        var titleId = await System.SeriesAsync();
        var zip = Content.Zip(100);
        var call = await PrepareAsync(name, titleId, zip);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = System.Lossy.HoldAsync(LossyS3.IsHead, release.Task);
        var first = call(0);
        await reached;
        await faults.Postgres.KillAsync();
        release.SetResult();
        await UnavailableAsync(() => first);
        await faults.Postgres.StartAsync();

        // Of a create the row may be left, for the time of its lease.
        if (name is "create")
            await SetOpeningAsync(titleId);
        await Eventually.SucceedsAsync(async () =>
        {
            await call(1);
            return true;
        });
        await SweepAsync(Soon);
        Assert.Equal(1, await new Invariants(System).CountAsync(titleId));
        Assert.Equal(name is "finalize" ? 1 : 0, (await new Invariants(System).ObjectsAsync(titleId)).Count);
    }

    [Fact]
    public async Task Redis_EmptiedDuringConcurrentCreates_OneWins()
    {
        var titleId = await System.SeriesAsync();
        var outcomes = await WhileRedisIsEmptiedAsync(i => CreateAsync(titleId, i, key: null));
        Assert.Single(outcomes, outcome => outcome.Reason is null);
        Assert.All(
            outcomes.Where(outcome => outcome.Reason is not null), outcome => Assert.Equal(ErrorReasons.NameOf(ErrorReason.BundleExists), outcome.Reason));
        await AssertOneAsync(titleId);
    }

    [Fact]
    public async Task Redis_EmptiedDuringRepetitionsOfOneCreate_AllGetTheSameUpload()
    {
        var titleId = await System.SeriesAsync();
        var outcomes = await WhileRedisIsEmptiedAsync(i => CreateAsync(titleId, i, key: $"{titleId}-create"));
        Assert.Single(outcomes.Where(outcome => outcome.Reason is null).Select(outcome => outcome.UploadId).Distinct(StringComparer.Ordinal));
        Assert.All(
            outcomes.Where(outcome => outcome.Reason is not null),
            outcome => Assert.Equal(ErrorReasons.NameOf(ErrorReason.IdempotencyInProgress), outcome.Reason));
        await AssertOneAsync(titleId);
    }

    [Fact]
    public async Task Redis_KilledAndEmptiedInTheMiddleOfAnUpload_NothingHappensTwice()
    {
        var (titleId, zip) = (await System.SeriesAsync(), Content.Zip(100));
        var created = await System.Bundles().CreateBundleAsync(Requests.Season(titleId, zip), Key(titleId, "create"));
        await faults.Garnet.KillAsync();
        await SendOkAsync(created.Put, zip);
        var finalized = await System.Uploads(1).FinalizeUploadAsync(Requests.Finalize(created.Upload), Key(titleId, "finalize"));
        await faults.Garnet.StartAsync();
        await faults.EmptyRedisAsync();

        // No record of either call is left; the rows know.
        var createdAgain = await System.Bundles(1).CreateBundleAsync(Requests.Season(titleId, zip), Key(titleId, "create"));
        var finalizedAgain = await System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload), Key(titleId, "finalize"));

        Assert.Equal((created.Upload.Id, created.Bundle.Id), (createdAgain.Upload.Id, createdAgain.Bundle.Id));
        Assert.Equal(finalized, finalizedAgain);
        Assert.Equal(1, await new Invariants(System).CountAsync(titleId));
        Assert.Single(await new Invariants(System).ObjectsAsync(titleId));
    }

    private async Task<Func<int, Task>> PrepareAsync(string name, string titleId, Content zip)
    {
        if (name is "create")
            return replica => System.Bundles(replica).CreateBundleAsync(Requests.Season(titleId, zip), Key(titleId, name)).ResponseAsync;
        var created = await System.Bundles().CreateBundleAsync(Requests.Season(titleId, zip));
        await SendOkAsync(created.Put, zip);
        return name is "finalize"
            ? replica => System.Uploads(replica).FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync
            : replica => System.Uploads(replica).AbortUploadAsync(new AbortUploadRequest { UploadId = created.Upload.Id }).ResponseAsync;
    }

    private async Task SetOpeningAsync(string titleId)
    {
        await using var command = System.Service<Npgsql.NpgsqlDataSource>().CreateCommand(
            "UPDATE upload SET lease_until = now() - interval '1 second' WHERE title_id = $1 AND state = 'opening'");
        command.Parameters.Add(new() { Value = Guid.Parse(titleId) });
        await Eventually.HoldsAsync(async () =>
        {
            try
            {
                await command.ExecuteNonQueryAsync();
                return true;
            }
            catch (Npgsql.NpgsqlException)
            {
                // A pooled connection from before.
                return false;
            }
        });
    }

    /// <summary>Many calls on three replicas, while Redis forgets everything over and over.</summary>
    private async Task<IReadOnlyList<(string? Reason, string UploadId)>> WhileRedisIsEmptiedAsync(Func<int, Task<(string? Reason, string UploadId)>> call)
    {
        var calls = Task.WhenAll(Enumerable.Range(0, Creates).Select(call));
        do
        {
            await faults.EmptyRedisAsync();
        }
        while (!calls.IsCompleted);
        return await calls;
    }

    private async Task<(string? Reason, string UploadId)> CreateAsync(string titleId, int number, string? key)
    {
        try
        {
            var replica = number % UploadSystem.Replicas;
            var created = await System.Bundles(replica).CreateBundleAsync(
                Requests.Season(titleId, Zip), key is null ? null : new Metadata { { "idempotency-key", key } });
            return (null, created.Upload.Id);
        }
        catch (RpcException e)
        {
            return (RpcErrors.InfoOf(e)?.Reason ?? e.StatusCode.ToString(), "");
        }
    }

    private static Content Zip { get; } = Content.Zip(100);

    /// <summary>One session, one bundle, and nothing in the bucket yet.</summary>
    private async Task AssertOneAsync(string titleId)
    {
        Assert.Equal(1, await new Invariants(System).CountAsync(titleId));
        Assert.Single((await System.CatalogBundles.ListBundlesAsync(new ListBundlesRequest { TitleId = titleId })).Bundles);
        Assert.Empty(await new Invariants(System).ObjectsAsync(titleId));
    }

    private async Task SendAsync(PresignedPart part)
    {
        using var answer = await System.SendAsync(part.Request, _content.Part(part.OffsetBytes, part.SizeBytes));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static Metadata Key(string titleId, string call) => new() { { "idempotency-key", $"{titleId}-{call}" } };

    private static Task<RpcException> UnavailableAsync(Func<Task> call) => RpcAssert.FailsAsync(ErrorReason.DependencyUnavailable, call);
}
