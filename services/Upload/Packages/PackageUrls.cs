using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Options;
using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;
using PresignedRequest = MoviesNow.Upload.V1.PresignedRequest;

namespace MoviesNow.Upload.Packages;

/// <summary>
/// Signs the PUTs of files, never for longer than the package lasts. Until when they work is noted in the package first, under the
/// condition that it is pending: so the sweeper knows how long something may still be written below the prefix of a closed one.
/// </summary>
internal sealed class PackageUrls(
    PackageStore store, S3Presigner presigner, PackageHeaders headers, IOptions<UploadOptions> options, TimeProvider time)
{
    /// <summary>The requests, in the order of the files.</summary>
    /// <exception cref="Grpc.Core.RpcException">FAILED_PRECONDITION <c>INVALID_STATE</c> or <c>UPLOAD_EXPIRED</c>.</exception>
    public async Task<IEnumerable<PresignedPackageFile>> SignAsync(
        PackageSession package, IReadOnlyCollection<DeclaredFile> files, CancellationToken cancellationToken)
    {
        if (files.Count == 0)
        {
            return [];
        }

        var lifetime = LifetimeOf(package);

        // Signing takes a moment, and what is signed counts from its own second.
        var until = time.GetUtcNow() + lifetime + S3Presigner.MinLifetime + S3Presigner.MinLifetime;
        if (await store.OpenForWritingAsync(package.Id, until, cancellationToken) is not { } open)
        {
            throw PackageRules.Refused(await store.FindAsync(package.Id, cancellationToken) ?? package);
        }

        return files.Select(file => new PresignedPackageFile { File = file.ToMessage(), Request = Put(open, file, lifetime) });
    }

    private PresignedRequest Put(PackageSession package, DeclaredFile file, TimeSpan lifetime)
    {
        var signed = presigner.Put(package.KeyOf(file.Path), lifetime, headers.ConditionsOf(package, file));
        var message = new PresignedRequest { Method = signed.Method, Url = signed.Url, ExpireTime = Timestamp.FromDateTimeOffset(signed.ExpiresAt) };
        foreach (var (name, value) in signed.Headers)
        {
            message.Headers.Add(name, value);
        }

        return message;
    }

    private TimeSpan LifetimeOf(PackageSession package)
    {
        var left = package.Deadline - time.GetUtcNow();
        return left < S3Presigner.MinLifetime ? S3Presigner.MinLifetime
            : left < options.Value.UrlLifetime ? left
            : options.Value.UrlLifetime;
    }
}
