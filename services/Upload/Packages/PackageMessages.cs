using Google.Protobuf.WellKnownTypes;
using MoviesNow.Storage;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Packages;

/// <summary>Packages as the contract words them.</summary>
internal static class PackageMessages
{
    public static HlsPackage ToMessage(this PackageSession package) => new()
    {
        Id = package.Id.ToString(),
        Owner = package.Owner,
        TitleId = package.TitleId.ToString(),
        EpisodeId = package.EpisodeId?.ToString() ?? "",
        Prefix = package.Prefix,
        State = PackageRules.Visible(package.Phase),
        Deadline = Timestamp.FromDateTimeOffset(package.Deadline),
        Encryption = package.Encryption switch
        {
            EncryptionMode.Managed => ServerSideEncryption.S3,
            EncryptionMode.Kms => ServerSideEncryption.Kms,
            _ => ServerSideEncryption.Unspecified,
        },
        FileCount = package.FileCount,
        TotalBytes = package.TotalBytes,
        AssetId = package.AssetId?.ToString() ?? "",
        SupersededByPackageId = package.SupersededBy?.ToString() ?? "",
        RemoveTime = package.RemoveAfter is { } time ? Timestamp.FromDateTimeOffset(time) : null,
        CreateTime = Timestamp.FromDateTimeOffset(package.CreatedAt),
        UpdateTime = Timestamp.FromDateTimeOffset(package.UpdatedAt),
    };

    public static PackageFile ToMessage(this DeclaredFile file) =>
        new() { Path = file.Path, SizeBytes = file.Size, Sha256 = Convert.ToHexStringLower(file.Sha256) };
}
