using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Packages;

/// <summary>What is stored with the file of a package beside its bytes, and what its PUT is bound to.</summary>
internal sealed class PackageHeaders(UploadHeaders headers, IObjectStore objects)
{
    /// <summary>What the object of a file carries.</summary>
    public ObjectHeaders Of(PackageSession package, DeclaredFile file)
    {
        var type = PackageFileTypes.TypeOf(file.Path)!;
        return new ObjectHeaders
        {
            ContentType = type,
            CacheControl = PackageFileTypes.CacheControl(type),
            Encryption = headers.EncryptionOf(package.Encryption),
            Metadata = UploadMark.Of(package.Id),
        };
    }

    /// <summary>What the PUT of a file is bound to: everything that the storage is able to check.</summary>
    public PutConditions ConditionsOf(PackageSession package, DeclaredFile file)
    {
        var type = PackageFileTypes.TypeOf(file.Path)!;
        return new PutConditions
        {
            ContentType = type,
            ContentLength = file.Size,
            Sha256 = objects.Capabilities.Checksums ? Sha256Digest.FromBytes(file.Sha256) : null,
            CacheControl = PackageFileTypes.CacheControl(type),
            Metadata = UploadMark.Of(package.Id),
            Encryption = headers.EncryptionOf(package.Encryption),
            IfAbsent = objects.Capabilities.ConditionalPut,
        };
    }
}
