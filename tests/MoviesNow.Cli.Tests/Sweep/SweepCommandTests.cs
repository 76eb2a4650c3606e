using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Cli.Sweep;
using MoviesNow.Cli.Tests.Uploads;
using MoviesNow.Storage;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Tests.Sweep;

[Collection(UploadTestGroup.Name)]
public sealed class SweepCommandTests : IDisposable
{
    private readonly UploadHost _host;
    private readonly UploadFiles _files = new();

    public SweepCommandTests(UploadHost host)
    {
        _host = host;
        _host.Gateway.Reset();
    }

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Sweep_UploadPastItsDeadline_TellsThenDoesIt()
    {
        var upload = await PendingAsync();
        await _host.SetAsync(upload.Id, "deadline = now() - interval '1 minute'");

        var dry = await _host.Cli.OneAsync<RunSweepResponse>("sweep", "--dry-run");
        Assert.Equal((1, true), (dry.ExpiredUploads, dry.Complete));
        Assert.Equal(UploadState.Pending, await StateAsync(upload));

        var real = await _host.Cli.OneAsync<RunSweepResponse>("sweep");
        Assert.Equal((1, 0, true), (real.ExpiredUploads, real.Failures, real.Complete));
        Assert.Equal(UploadState.Expired, await StateAsync(upload));
    }

    [Fact]
    public async Task Sweep_ForPeople_IsATableAndItsCodeIsZero()
    {
        var done = await _host.Cli.RunAsync("sweep", "--dry-run");
        Assert.Equal((0, ""), (done.ExitCode, done.Errors));
        Assert.Matches("complete +yes", done.Output);
    }

    [Fact]
    public async Task SweepOrphans_ObjectLostAndObjectUnknown_AreListedByKind()
    {
        var (file, _) = await _files.CreateAsync("film.mp4", 1_000);
        var done = await _host.Cli.OneAsync<FinalizeUploadResponse>("upload", file, "--title", await _host.MovieAsync());
        var objects = _host.Services.GetRequiredService<IObjectStore>();
        await objects.DeleteAsync(StorageKey.Parse(done.Upload.StorageKey), CancellationToken.None);
        await _host.SetAsync(done.Upload.Id, "updated_at = now() - interval '1 hour'");
        await _host.Cli.OneAsync<RunSweepResponse>("sweep", "--dry-run");

        var rows = await _host.Cli.ManyAsync<OrphanObject>("sweep", "orphans", "--kind", "RowWithoutObject");
        var found = Assert.Single(rows, orphan => orphan.StorageKey == done.Upload.StorageKey);
        Assert.Equal((OrphanKind.RowWithoutObject, done.Upload.Id), (found.Kind, found.UploadId));
        Assert.DoesNotContain(
            await _host.Cli.ManyAsync<OrphanObject>("sweep", "orphans", "--kind", "ObjectWithoutRow"), orphan => orphan.StorageKey == done.Upload.StorageKey);
        Assert.Single(await _host.Cli.ManyAsync<OrphanObject>("sweep", "orphans", "--limit", "1"));
    }

    [Theory]
    [InlineData("--kind", "Unknown")]
    [InlineData("--limit", "none")]
    public async Task SweepOrphans_WrongOption_IsWrongUsage(params string[] options) =>
        Assert.Equal(2, (await _host.Cli.RunAsync(["sweep", "orphans", .. options])).ExitCode);

    [Fact]
    public async Task RunAsync_SweepThatEndsInParts_IsCalledOnAndAddedUp()
    {
        var service = new Parts(
            new RunSweepResponse { ExpiredUploads = 2, ReclaimedBytes = 5_000_000_000, Failures = 1 },
            new RunSweepResponse { ExpiredUploads = 3, OrphanRows = 1, ReclaimedBytes = 1 },
            new RunSweepResponse { PurgedBundles = 4, Complete = true });

        var total = await SweepCommand.RunAsync(service, isDryRun: true, CancellationToken.None);

        Assert.Equal(
            new RunSweepResponse { ExpiredUploads = 5, OrphanRows = 1, PurgedBundles = 4, ReclaimedBytes = 5_000_000_001, Failures = 1, Complete = true }, total);
        Assert.Equal([true, true, true], service.Asked.Select(request => request.DryRun));
    }

    [Fact]
    public async Task Sweep_WithFailures_HasCodeOne()
    {
        // The bucket does not answer: what is to be looked at there stays for the next sweep.
        await _host.StopStorageAsync();
        try
        {
            var ended = await _host.Cli.RunAsync("sweep", "--dry-run", "--json");
            Assert.Equal(1, ended.ExitCode);
            Assert.True(RunSweepResponse.Parser.ParseJson(ended.Output).Failures > 0);
        }
        finally
        {
            await _host.RestartStorageAsync();
        }
    }

    private async Task<Upload.V1.Upload> PendingAsync()
    {
        var (file, _) = await _files.CreateAsync("film.mp4", 1_000);
        _host.Gateway.Before = context => StorageGateway.RefuseAsync(context, 400, "EntityTooLarge");
        var title = await _host.MovieAsync();
        var ended = await _host.Cli.RunAsync("upload", file, "--title", title);
        _host.Gateway.Reset();
        var uploads = (await _host.Uploads.ListUploadsAsync(new ListUploadsRequest { TitleId = title })).Uploads;
        return uploads.Count == 1 ? uploads[0] : throw new InvalidOperationException($"No upload was left pending: {ended.Errors}");
    }

    private async Task<UploadState> StateAsync(Upload.V1.Upload upload) =>
        (await _host.Uploads.GetUploadAsync(new GetUploadRequest { UploadId = upload.Id })).Upload.State;

    /// <summary>Answers one part after the other.</summary>
    private sealed class Parts(params RunSweepResponse[] parts) : SweepService.SweepServiceClient
    {
        public List<RunSweepRequest> Asked { get; } = [];

        public override AsyncUnaryCall<RunSweepResponse> RunSweepAsync(
            RunSweepRequest request, Metadata? headers = null, DateTime? deadline = null, CancellationToken cancellationToken = default)
        {
            Asked.Add(request);
            return new(Task.FromResult(parts[Asked.Count - 1]), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
        }
    }
}
