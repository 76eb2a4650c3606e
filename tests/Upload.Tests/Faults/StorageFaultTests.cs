using Google.Rpc;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Packages;
using UploadTests.Support;
using UploadTests.Sweeping;

namespace UploadTests.Faults;

/// <summary>Storage fails while calls of every kind need it: each says so, can be repeated, and has its effect once.</summary>
[Collection(nameof(FaultSystem))]
public sealed class StorageFaultTests(FaultSystem faults) : SweepTest(faults)
{
    // Short time-outs, and each failure is told, not tried again.
    private static readonly Dictionary<string, string?> Impatient = new(StringComparer.Ordinal)
    {
        ["Storage:RequestTimeout"] = "00:00:01",
        ["Storage:TransferTimeout"] = "00:00:01",
        ["Storage:MaxRetries"] = "0",
        ["Storage:BreakDuration"] = "00:00:00.500",
    };

    private readonly Content _content = Content.Random(300);
    private readonly Content _zip = Content.Zip(300);
    private int _replica;

    [Fact]
    public async Task Calls_StorageDown_AreUnavailableAndSucceedLater()
    {
        await using var gate = new TcpGate(new Uri(System.Lossy.Url).Port);
        var settings = new Dictionary<string, string?>(Impatient, StringComparer.Ordinal) { ["Storage:ServiceUrl"] = $"http://127.0.0.1:{gate.Port}" };
        await FailAndRecoverAsync(settings, gate.Shut, gate.Open);
    }

    [Theory]
    [InlineData(nameof(StorageFault.Silent))]
    [InlineData(nameof(StorageFault.LosesAnswer))]
    [InlineData(nameof(StorageFault.InternalError))]
    [InlineData(nameof(StorageFault.SlowDown))]
    public Task Calls_StorageFails_AreUnavailableAndSucceedLater(string fault) =>
        FailAndRecoverAsync(Impatient, () => System.Lossy.Inject(Enum.Parse<StorageFault>(fault), LossyS3.IsAny), System.Lossy.Heal);

    private async Task FailAndRecoverAsync(Dictionary<string, string?> settings, Action fail, Action heal)
    {
        _replica = System.AddReplica(settings);
        var cases = await Task.WhenAll(
            CreateAsync(), CreateMultipartAsync(), CreateBundleAsync(), PresignAsync(), CompleteAsync(), FinalizeAsync(), ResumeAsync(), AbortAsync(), ProxyAsync(),
            FinalizePackageAsync());
        fail();
        try
        {
            await Task.WhenAll(cases.Select(one => AssertUnavailableAsync(one)));
        }
        finally
        {
            heal();
        }

        // The same calls, which the circuit may keep from storage for a moment.
        await Task.WhenAll(cases.Select(one => Eventually.SucceedsAsync(async () =>
        {
            await one.Call(Options(one));
            return true;
        })));
        await SweepAsync(NextDays);
        foreach (var one in cases)
        {
            Assert.Equal((one.Name, 1), (one.Name, await new Invariants(System).CountAsync(one.TitleId)));
            var objects = await new Invariants(System).ObjectsAsync(one.TitleId);
            Assert.Equal((one.Name, one.Objects), (one.Name, objects.Count));
        }
    }

    private static async Task AssertUnavailableAsync(Case one)
    {
        var error = await RpcAssert.FailsAsync(ErrorReason.DependencyUnavailable, () => one.Call(Options(one)));
        Assert.NotNull(RpcErrors.DetailOf<RetryInfo>(error));
        var told = $"{error.Status.Detail} {RpcErrors.InfoOf(error)}";
        foreach (var word in new[] { "127.0.0.1", UploadSystem.Bucket, "S3", "Exception", "trouble", one.TitleId })
            Assert.DoesNotContain(word, told, StringComparison.OrdinalIgnoreCase);
    }

    private static CallOptions Options(Case one) =>
        new(new Metadata { { "idempotency-key", $"{one.TitleId}-{one.Name}" } }, TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(30));

    private async Task<Case> CreateAsync()
    {
        var titleId = await System.MovieAsync();
        return new("create", titleId, 0, options => System.Uploads(_replica).CreateUploadAsync(Requests.Artwork(titleId, _content), options).ResponseAsync);
    }

    private async Task<Case> CreateMultipartAsync()
    {
        var titleId = await System.MovieAsync();
        return new("create-multipart", titleId, 0, options => System.Uploads(_replica).CreateUploadAsync(Requests.Original(titleId, _content), options).ResponseAsync);
    }

    private async Task<Case> CreateBundleAsync()
    {
        var titleId = await System.SeriesAsync();
        return new("create-bundle", titleId, 0, options => System.Bundles(_replica).CreateBundleAsync(Requests.Season(titleId, _zip), options).ResponseAsync);
    }

    private async Task<Case> PresignAsync()
    {
        var (titleId, upload) = await PartsAsync();
        var request = new PresignPartsRequest { UploadId = upload.Id, PartNumbers = { 1 } };
        return new("presign", titleId, 0, options => System.Multipart(_replica).PresignPartsAsync(request, options).ResponseAsync);
    }

    private async Task<Case> CompleteAsync()
    {
        var (titleId, upload) = await PartsAsync();
        return new("complete", titleId, 1, options => System.Multipart(_replica).CompleteMultipartUploadAsync(Requests.Complete(upload), options).ResponseAsync);
    }

    private async Task<Case> FinalizeAsync()
    {
        var (titleId, upload) = await SentAsync();
        return new("finalize", titleId, 1, options => System.Uploads(_replica).FinalizeUploadAsync(Requests.Finalize(upload), options).ResponseAsync);
    }

    private async Task<Case> ResumeAsync()
    {
        var (titleId, upload) = await SentAsync();
        return new("resume", titleId, 0, options => System.Uploads(_replica).ResumeUploadAsync(new ResumeUploadRequest { UploadId = upload.Id }, options).ResponseAsync);
    }

    private async Task<Case> AbortAsync()
    {
        var (titleId, upload) = await SentAsync();
        return new("abort", titleId, 0, options => System.Uploads(_replica).AbortUploadAsync(new AbortUploadRequest { UploadId = upload.Id }, options).ResponseAsync);
    }

    private async Task<Case> ProxyAsync()
    {
        var titleId = await System.MovieAsync();
        return new("proxy", titleId, 1, options => System.Proxy(_replica).UploadSmallFileAsync(Requests.SmallFile(titleId, _content), options).ResponseAsync);
    }

    private async Task<Case> FinalizePackageAsync()
    {
        var (titleId, tree) = (await System.MovieAsync(), SampleTree.New());
        var packages = new PackageUploadService.PackageUploadServiceClient(System.As(Identity.Admin));
        var package = (await packages.CreatePackageAsync(new CreatePackageRequest { TitleId = titleId })).Package;
        await packages.DeclarePackageFilesAsync(tree.Declaration(package.Id));
        var signed = await packages.PresignPackageFilesAsync(new PresignPackageFilesRequest { PackageId = package.Id });
        foreach (var file in signed.Files)
            await SendOkAsync(file.Request, tree.Files[file.File.Path]);
        var impatient = new PackageUploadService.PackageUploadServiceClient(System.As(Identity.Admin, _replica));
        return new(
            "finalize-package", titleId, tree.Files.Count, options => impatient.FinalizePackageAsync(SampleTree.Finalization(package.Id), options).ResponseAsync);
    }

    private async Task<(string TitleId, Upload Upload)> SentAsync()
    {
        var titleId = await System.MovieAsync();
        var created = await System.Uploads().CreateUploadAsync(Requests.Artwork(titleId, _content));
        await SendOkAsync(created.Put, _content);
        return (titleId, created.Upload);
    }

    private async Task<(string TitleId, Upload Upload)> PartsAsync()
    {
        var titleId = await System.MovieAsync();
        var upload = (await System.Uploads().CreateUploadAsync(Requests.Original(titleId, _content))).Upload;
        var presigned = await System.Multipart().PresignPartsAsync(new PresignPartsRequest { UploadId = upload.Id, PartNumbers = { 1 } });
        await SendOkAsync(presigned.Parts[0].Request, _content);
        return (titleId, upload);
    }

    /// <param name="Name">What is called.</param>
    /// <param name="TitleId">For which title.</param>
    /// <param name="Objects">What is in the bucket once it has succeeded and uploads that were not completed have expired.</param>
    /// <param name="Call">The call.</param>
    private sealed record Case(string Name, string TitleId, int Objects, Func<CallOptions, Task> Call);
}
