using Grpc.Core;
using Microsoft.Extensions.Options;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Packages;

/// <summary>Uploads of HLS packages.</summary>
internal sealed class PackageGrpcService(
    PackageStore store,
    PackageFileStore files,
    PackageUrls urls,
    PackageResumer resumer,
    PackageFinalizer finalizer,
    PackageCloser closer,
    PackageCatalog catalog,
    UploadHeaders headers,
    PackageTelemetry telemetry,
    IOptions<PackageOptions> options,
    TimeProvider time) : PackageUploadService.PackageUploadServiceBase
{
    private const int DefaultMissingFiles = 100;

    public override async Task<CreatePackageResponse> CreatePackage(CreatePackageRequest request, ServerCallContext context)
    {
        if (context.EffectId() is { } effectId && await store.FindOfEffectAsync(effectId, context.CancellationToken) is { } earlier)
        {
            return new() { Package = earlier.ToMessage() };
        }

        var check = new RequestCheck();
        var titleId = check.Id("title_id", request.TitleId);
        var episodeId = check.OptionalId("episode_id", request.EpisodeId);
        check.KnownOrUnspecified("encryption", request.Encryption);
        var encryption = headers.Resolve(request.Encryption);
        check.Require(encryption is not null, "encryption", "is not supported by the storage");
        check.ThrowIfInvalid();

        var seasonId = await catalog.SeasonOfAsync(titleId, episodeId, context.CancellationToken);
        var now = time.GetUtcNow();
        var created = await store.CreateAsync(
            new PackageSession
            {
                Id = Guid.CreateVersion7(now),
                Owner = context.Subject(),
                TitleId = titleId,
                SeasonId = seasonId,
                EpisodeId = episodeId,
                Encryption = encryption ?? EncryptionMode.None,
                Phase = PackagePhase.Pending,
                Deadline = now + options.Value.Deadline,
                EffectId = context.EffectId(),
                CreatedAt = now,
                UpdatedAt = now,
            },
            context.CancellationToken);
        Failpoints.Reach(Failpoint.PackageCreated);
        telemetry.Opened();
        return new() { Package = created.ToMessage() };
    }

    public override async Task<DeclarePackageFilesResponse> DeclarePackageFiles(DeclarePackageFilesRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("package_id", request.PackageId);
        var declared = PackageChecks.Files(check, request.Files);
        check.ThrowIfInvalid();

        var outcome = await files.DeclareAsync(id, declared, context.CancellationToken);
        Failpoints.Reach(Failpoint.PackageDeclared);
        return outcome switch
        {
            { Package: { } package } => new() { Package = package.ToMessage() },
            { TooMany: > 0 } => throw PackageProblem.Full(outcome.TooMany),
            { ConflictCount: > 0 } => throw PackageProblem.Exists(outcome.Conflicts, outcome.ConflictCount),
            _ => throw PackageRules.Refused(await RequireAsync(request.PackageId, context)),
        };
    }

    public override async Task<PresignPackageFilesResponse> PresignPackageFiles(PresignPackageFilesRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Id("package_id", request.PackageId);
        PackageChecks.Paths(check, request.Paths);
        check.Require(request.MaxFiles >= 0, "max_files", "must not be negative");
        check.Require(request.Paths.Count == 0 || request.AfterPath.Length == 0, "after_path", "is for calls without paths");
        check.Require(request.Paths.Count == 0 || request.MaxFiles == 0, "max_files", "is for calls without paths");
        check.Require(!request.AfterPath.Contains('\0', StringComparison.Ordinal), "after_path", "must not contain NUL");
        check.Require(request.Paths.All(path => !path.Contains('\0', StringComparison.Ordinal)), "paths", "must not contain NUL");
        check.ThrowIfInvalid();

        var package = await RequireAsync(request.PackageId, context);
        PackageRules.RequirePending(package, time.GetUtcNow());
        var found = request.Paths.Count == 0
            ? await files.AfterAsync(package.Id, request.AfterPath, MaxFiles(request.MaxFiles, PackageChecks.MaxBatch), context.CancellationToken)
            : await FindAsync(package, request, context.CancellationToken);
        return new() { Files = { await urls.SignAsync(package, found, context.CancellationToken) } };
    }

    public override async Task<GetPackageResponse> GetPackage(GetPackageRequest request, ServerCallContext context) =>
        new() { Package = (await RequireAsync(request.PackageId, context)).ToMessage() };

    public override async Task<ListPackagesResponse> ListPackages(ListPackagesRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var size = PageToken.Size(check, request.PageSize);
        check.KnownOrUnspecified("state", request.State);
        var titleId = check.OptionalId("title_id", request.TitleId);
        check.ThrowIfInvalid();
        Guid? before = null;
        if (PageToken.Read(request, request.PageToken, cursorLength: 1) is [var cursor])
        {
            before = Guid.TryParse(cursor, out var id) ? id : throw RpcErrors.Of(ErrorReason.InvalidPageToken);
        }

        var rows = await store.ListAsync(PackageRules.Behind(request.State), titleId, before, size + 1, context.CancellationToken);
        var response = new ListPackagesResponse { Packages = { rows.Take(size).Select(package => package.ToMessage()) } };
        response.NextPageToken = rows.Count > size ? PageToken.Next(request, rows[size - 1].Id.ToString()) : "";
        return response;
    }

    public override async Task<ResumePackageResponse> ResumePackage(ResumePackageRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("package_id", request.PackageId);
        check.Require(request.MaxFiles >= 0, "max_files", "must not be negative");
        check.ThrowIfInvalid();
        return await resumer.ResumeAsync(id, MaxFiles(request.MaxFiles, DefaultMissingFiles), context.CancellationToken);
    }

    public override async Task<FinalizePackageResponse> FinalizePackage(FinalizePackageRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("package_id", request.PackageId);
        PackagePublication.CheckCounts(check, request);
        check.ThrowIfInvalid();
        return new() { Package = (await finalizer.FinalizeAsync(id, request, context.CancellationToken)).ToMessage() };
    }

    public override async Task<AbortPackageResponse> AbortPackage(AbortPackageRequest request, ServerCallContext context)
    {
        var package = await RequireAsync(request.PackageId, context);
        if (package.Phase is PackagePhase.Pending)
        {
            package = await store.BeginClosingAsync(package.Id, PackagePhase.Aborted, context.CancellationToken)
                ?? await RequireAsync(request.PackageId, context);
        }

        if (package.Phase is PackagePhase.Closing)
        {
            Failpoints.Reach(Failpoint.PackageClosing);
            package = await closer.CloseAsync(package, context.CancellationToken) ?? await RequireAsync(request.PackageId, context);
        }

        return package.Phase is PackagePhase.Aborted or PackagePhase.Expired
            ? new() { Package = package.ToMessage() }
            : throw PackageRules.Refused(package);
    }

    private static int MaxFiles(int asked, int byDefault) => asked == 0 ? byDefault : Math.Min(asked, PackageChecks.MaxBatch);

    private async Task<IReadOnlyCollection<DeclaredFile>> FindAsync(
        PackageSession package, PresignPackageFilesRequest request, CancellationToken cancellationToken)
    {
        var found = (await files.FindAsync(package.Id, request.Paths, cancellationToken)).ToDictionary(file => file.Path, StringComparer.Ordinal);
        var check = new RequestCheck();
        foreach (var (i, path) in request.Paths.Index())
        {
            check.Require(found.ContainsKey(path), $"paths[{i}]", "is not declared");
        }

        check.ThrowIfInvalid();
        return [.. request.Paths.Select(path => found[path])];
    }

    private async Task<PackageSession> RequireAsync(string packageId, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("package_id", packageId);
        check.ThrowIfInvalid();
        return await store.FindAsync(id, context.CancellationToken) ?? throw RpcErrors.Of(ErrorReason.PackageNotFound);
    }
}
