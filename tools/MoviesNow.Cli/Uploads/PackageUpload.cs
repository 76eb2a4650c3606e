using System.Runtime.CompilerServices;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Tokens;
using MoviesNow.Cli.Transfer;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Uploads;

/// <summary>Uploads a folder as an HLS package: declares its files, sends them in parallel, and publishes them together.</summary>
internal sealed class PackageUpload(CatalogCall call, ObjectTransfer transfer, TextWriter notes, TimeProvider time)
{
    private const int FilesPerCall = 1_000;
    private const int MaxRounds = 100;

    private readonly PackageUploadService.PackageUploadServiceClient _packages = call.Clients.Packages;
    private readonly PatientCalls _calls = new(time);
    private readonly ParallelSender _sender = new(transfer, time);

    /// <summary>Uploads a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="request">The title, and for a series the episode.</param>
    /// <param name="variants">What can be played of it.</param>
    /// <param name="resume">Whether to go on with an earlier package where there is one.</param>
    public Task<HlsPackage> RunAsync(string folder, CreatePackageRequest request, IReadOnlyCollection<StreamVariant> variants, bool resume) =>
        new TransferConsole(notes, time).RunAsync(new DirectoryInfo(folder).Name, async progress =>
        {
            var files = await PackageFolder.ReadAsync(folder, progress, call.CancellationToken);
            var pending = await FindAsync(request, files);
            if (pending is not null && !resume)
            {
                throw new CommandException(
                    $"A package of this title is under way since {pending.CreateTime.ToDateTimeOffset():u}: go on with it by --resume, or give it up with moviesnow upload abort-package {pending.Id}.");
            }

            var package = pending ?? (await _packages.CreatePackageAsync(request, call.Options)).Package;
            var remedy = UploadRemedy.Of(package.Deadline, $"moviesnow upload abort-package {package.Id}");
            var end = new FinalizePackageRequest { PackageId = package.Id, Variants = { variants } };
            return await remedy.OfferAsync(SendAsync(package, files, end, isNew: pending is null, progress), call.CancellationToken);
        });

    /// <summary>Uploads a folder, or goes on with the package that an earlier run with the same key began.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="request">The title, and for a series the episode.</param>
    /// <param name="content">What can be played of it, without the package's id.</param>
    /// <param name="idempotencyKey">Finds the package again.</param>
    /// <returns>The package; one that was given up or expired as it is.</returns>
    public Task<HlsPackage> ContinueAsync(string folder, CreatePackageRequest request, FinalizePackageRequest content, string idempotencyKey) =>
        new TransferConsole(notes, time).RunAsync(new DirectoryInfo(folder).Name, async progress =>
        {
            var options = new CallOptions(new Metadata { { IdempotencyKey.Header, idempotencyKey } }, cancellationToken: call.CancellationToken);
            var created = (await _packages.CreatePackageAsync(request, options)).Package;
            // The answer may be that of the first run.
            var package = (await _packages.GetPackageAsync(new GetPackageRequest { PackageId = created.Id }, cancellationToken: call.CancellationToken)).Package;
            if (package.State is not PackageState.Pending || package.Deadline.ToDateTimeOffset() <= time.GetUtcNow())
            {
                return package;
            }

            var files = await PackageFolder.ReadAsync(folder, progress, call.CancellationToken);
            var end = content.Clone();
            end.PackageId = package.Id;
            var remedy = UploadRemedy.OfRepeated(package.Deadline, $"moviesnow upload abort-package {package.Id}");
            return await remedy.OfferAsync(SendAsync(package, files, end, isNew: package.FileCount == 0, progress), call.CancellationToken);
        });

    private async Task<HlsPackage> SendAsync(
        HlsPackage package, PackageFolder files, FinalizePackageRequest end, bool isNew, ITransferProgress progress)
    {
        var cancellationToken = call.CancellationToken;
        foreach (var batch in files.Files.Chunk(FilesPerCall))
        {
            var declared = new DeclarePackageFilesRequest { PackageId = package.Id, Files = { batch } };
            await _calls.CallAsync(async () => await _packages.DeclarePackageFilesAsync(declared, cancellationToken: cancellationToken), cancellationToken);
        }

        if (isNew)
        {
            progress.Begin("Sending", files.Bytes);
            await _sender.SendAsync(AllAsync(package, files, cancellationToken), progress.Moved, cancellationToken);
        }

        await SendMissingAsync(package, files, isNew, progress);
        files.RequireUnchanged();
        progress.Begin("Checking", 0);
        return (await _calls.UntilDoneAsync(async () => await _packages.FinalizePackageAsync(end, cancellationToken: cancellationToken), cancellationToken)).Package;
    }

    /// <summary>Sends what the bucket lacks, until it has all.</summary>
    private async Task SendMissingAsync(HlsPackage package, PackageFolder files, bool isNew, ITransferProgress progress)
    {
        var cancellationToken = call.CancellationToken;
        for (var round = 0; round < MaxRounds && !isNew; round++)
        {
            var ask = new ResumePackageRequest { PackageId = package.Id, MaxFiles = FilesPerCall };
            var answer = await _calls.CallAsync(async () => await _packages.ResumePackageAsync(ask, cancellationToken: cancellationToken), cancellationToken);
            if (answer.MissingFileCount == 0)
            {
                return;
            }

            progress.Begin("Sending", answer.MissingBytes);
            await _sender.SendAsync(answer.MissingFiles.Select(file => Signed(package, files, file)).ToAsyncEnumerable(), progress.Moved, cancellationToken);
        }
    }

    private async IAsyncEnumerable<SignedSlice> AllAsync(HlsPackage package, PackageFolder files, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ask = new PresignPackageFilesRequest { PackageId = package.Id, MaxFiles = FilesPerCall };
        while (await PresignAsync(ask, cancellationToken) is { Count: > 0 } signed)
        {
            foreach (var file in signed)
            {
                yield return Signed(package, files, file);
            }

            ask.AfterPath = signed[^1].File.Path;
        }
    }

    private SignedSlice Signed(HlsPackage package, PackageFolder files, PresignedPackageFile file)
    {
        var source = files.Of(file.File);
        source.RequireUnchanged();
        return new SignedSlice(
            new FileSlice(source.Path, 0, file.File.SizeBytes),
            file.Request,
            async token => (await PresignAsync(new PresignPackageFilesRequest { PackageId = package.Id, Paths = { file.File.Path } }, token))[0].Request);
    }

    private async Task<IReadOnlyList<PresignedPackageFile>> PresignAsync(PresignPackageFilesRequest ask, CancellationToken cancellationToken) =>
        (await _calls.CallAsync(async () => await _packages.PresignPackageFilesAsync(ask, cancellationToken: cancellationToken), cancellationToken)).Files;

    /// <summary>The newest package that an earlier run may have begun with this folder; declaring the files again tells whether it was this one.</summary>
    private async Task<HlsPackage?> FindAsync(CreatePackageRequest request, PackageFolder files)
    {
        var page = await _packages.ListPackagesAsync(
            new ListPackagesRequest { TitleId = request.TitleId, State = PackageState.Pending }, cancellationToken: call.CancellationToken);
        return page.Packages.FirstOrDefault(package =>
            string.Equals(package.Owner, DevelopmentIdentity.Admin.Subject, StringComparison.Ordinal)
            && string.Equals(package.EpisodeId, request.EpisodeId, StringComparison.OrdinalIgnoreCase)
            && package.FileCount <= files.Count && package.TotalBytes <= files.Bytes
            && package.Deadline.ToDateTimeOffset() > time.GetUtcNow());
    }
}
