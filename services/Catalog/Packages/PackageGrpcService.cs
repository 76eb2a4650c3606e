using Grpc.Core;
using MoviesNow.Catalog.Caching;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Packages;

/// <summary>HLS packages, published as a whole.</summary>
internal sealed class PackageGrpcService(PackageReader reader, PackageStore packages, TitleCache cache, TimeProvider time)
    : PackageService.PackageServiceBase
{
    public override async Task<PublishPackageResponse> PublishPackage(PublishPackageRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var publication = reader.Read(check, request);
        check.ThrowIfInvalid();

        var outcome = await packages.PublishAsync(publication, time.GetUtcNow(), context.CancellationToken);
        var published = outcome.OrThrow(PackageReader.FieldOf);

        // Also when it was published before: whoever did it may have ended before it could tell the others.
        await cache.ForgetAsync(publication.Owner.TitleId);
        return published;
    }
}
