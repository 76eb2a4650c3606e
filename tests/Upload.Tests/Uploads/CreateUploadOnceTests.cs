using System.Net;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Uploads;

/// <summary>Who repeats the creation of an upload with its idempotency key gets that upload, with and without Redis, whatever became of it.</summary>
[Collection(nameof(SharedSystem))]
public sealed class CreateUploadOnceTests(SharedSystem shared) : UploadTest(shared)
{
    private readonly string _key = Guid.NewGuid().ToString();

    private int Lost => System.WithoutRedis[0];

    [Fact]
    public async Task CreateUpload_RecordIsLost_AnswersWithItsUploadAsItIs()
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(1_000));
        var request = Requests.Artwork(titleId, content);
        var first = await CreateAsync(0, request);

        var again = await CreateAsync(Lost, request);

        Assert.Equal(first.Upload, again.Upload);
        using (var answer = await System.SendAsync(again.Put, content.Bytes))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var finalized = await System.Uploads().FinalizeUploadAsync(Requests.Finalize(first.Upload));
        Assert.Equal(new CreateUploadResponse { Upload = finalized.Upload }, await CreateAsync(Lost, request));
        Assert.Equal(1, await System.CountSessionsAsync(titleId));
    }

    [Fact]
    public async Task CreateUpload_MultipartAndRecordIsLost_BeginsNoSecondOne()
    {
        var titleId = await System.MovieAsync();
        var request = Requests.Original(titleId, Content.Random(1_000));

        Assert.Equal(await CreateAsync(0, request), await CreateAsync(Lost, request));

        Assert.Single(await System.Objects.ListMultipartUploadsAsync($"originals/{titleId}/", default).ToListAsync());
    }

    [Theory]
    [InlineData(UploadMethod.SinglePut)]
    [InlineData(UploadMethod.Multipart)]
    public async Task CreateUpload_AtOnceAndRedisIsDown_OpensOneUpload(UploadMethod method)
    {
        var titleId = await System.MovieAsync();
        var request = Requests.Original(titleId, Content.Random(1_000));
        request.Method = method;

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => CreateAsync(System.WithoutRedis[i % 2], request)));

        Assert.Single(answers.Select(answer => answer.Upload).Distinct());
        Assert.Equal(1, await System.CountSessionsAsync(titleId));
    }

    [Fact]
    public async Task CreateUpload_ByAnotherCall_IsNotTakenForTheFirst()
    {
        var titleId = await System.MovieAsync();
        var request = Requests.Artwork(titleId, Content.Random(1_000));
        var first = await CreateAsync(Lost, request);

        await RpcAssert.FailsAsync(ErrorReason.UploadExists, () => CreateAsync(Lost, Requests.Artwork(titleId, Content.Random(1_000))));
        var renamed = request.Clone();
        renamed.FileName = "another.png";
        var second = await CreateAsync(Lost, renamed);
        var somebody = new UploadService.UploadServiceClient(System.As(Identity.Admin with { Subject = "somebody@test" }, Lost));
        var third = await somebody.CreateUploadAsync(request, Keyed());

        Assert.Distinct([first.Upload.Id, second.Upload.Id, third.Upload.Id]);
        Assert.Equal("somebody@test", third.Upload.Owner);
    }

    [Fact]
    public async Task CreateUpload_OfAnUploadThatWasAborted_SaysSo()
    {
        var titleId = await System.MovieAsync();
        var request = Requests.Artwork(titleId, Content.Random(1_000));
        var first = await CreateAsync(Lost, request);
        var aborted = await System.Uploads().AbortUploadAsync(new AbortUploadRequest { UploadId = first.Upload.Id });

        Assert.Equal(new CreateUploadResponse { Upload = aborted.Upload }, await CreateAsync(Lost, request));
        Assert.Equal(1, await System.CountSessionsAsync(titleId));
    }

    [Theory]
    [InlineData("state = 'opening', lease_until = now() - interval '1 second'")]
    [InlineData("state = 'closing', close_as = 'discarded'")]
    public async Task CreateUpload_FirstCallDiedBeforeItAnswered_OpensAnother(string change)
    {
        var titleId = await System.MovieAsync();
        var request = Requests.Original(titleId, Content.Random(1_000));
        var first = await CreateAsync(Lost, request);
        await System.SetAsync(first.Upload.Id, change);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => CreateAsync(System.WithoutRedis[i % 2], request)));

        Assert.NotEqual(first.Upload.Id, Assert.Single(answers.Select(answer => answer.Upload.Id).Distinct()));
        Assert.Equal(1, await System.CountSessionsAsync(titleId));
        Assert.Single(await System.Objects.ListMultipartUploadsAsync($"originals/{titleId}/", default).ToListAsync());
    }

    [Fact]
    public async Task CreateUpload_FirstCallIsStillAtIt_IsInProgressUntilItEnds()
    {
        var request = Requests.Artwork(await System.MovieAsync(), Content.Random(1_000));
        var first = await CreateAsync(Lost, request);
        await System.SetAsync(first.Upload.Id, "state = 'opening'");

        await RpcAssert.FailsAsync(ErrorReason.IdempotencyInProgress, () => CreateAsync(Lost, request));

        await System.SetAsync(first.Upload.Id, "state = 'pending'");
        Assert.Equal(first.Upload.Id, (await CreateAsync(Lost, request)).Upload.Id);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task Discard_SessionWasOpenedAllTheSame_LeavesWhatARepetitionFinds(bool isKeyed, long rows)
    {
        // The database made it pending, and its creator did not get to know.
        var titleId = await System.MovieAsync();
        var request = Requests.Original(titleId, Content.Random(1_000));
        var created = await System.Uploads(Lost).CreateUploadAsync(request, isKeyed ? Keyed() : []);
        var session = await System.Service<UploadStore>().FindAsync(Guid.Parse(created.Upload.Id), default);

        await System.Service<UploadCloser>().DiscardAsync(session! with { State = SessionState.Opening });

        Assert.Equal(rows, await System.CountSessionsAsync(titleId));
        Assert.Equal(rows, await System.Objects.ListMultipartUploadsAsync($"originals/{titleId}/", default).CountAsync());
    }

    private Task<CreateUploadResponse> CreateAsync(int replica, CreateUploadRequest request) =>
        System.Uploads(replica).CreateUploadAsync(request, Keyed()).ResponseAsync;

    private Metadata Keyed() => new() { { IdempotencyKey.Header, _key } };
}
