using System.Globalization;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Proxy;

/// <summary>What is declared of a small file before its bytes.</summary>
internal sealed record SmallFile
{
    public required UploadPurpose Purpose { get; init; }

    public required Guid TitleId { get; init; }

    public Guid? EpisodeId { get; init; }

    public required AssetKind AssetKind { get; init; }

    public required string Language { get; init; }

    public required string FileName { get; init; }

    public required string ContentType { get; init; }

    public required EncryptionMode Encryption { get; init; }

    /// <summary>In bytes; null when it is not declared.</summary>
    public long? Size { get; init; }

    /// <summary>Null when it is not declared.</summary>
    public Sha256Digest? Sha256 { get; init; }

    /// <summary>The most bytes that may still become this file.</summary>
    public long MaxSize => Size ?? ProxyLimits.MaxFile;

    /// <summary>Passes when the file that arrived is the one that was declared.</summary>
    /// <exception cref="RpcException">FAILED_PRECONDITION <c>SIZE_MISMATCH</c> or <c>CHECKSUM_MISMATCH</c>.</exception>
    public void RequireMatch(ReceivedFile received)
    {
        if (Size is { } size && size != received.Size)
        {
            throw WrongSize(received.Size);
        }

        if (Sha256 is { } sha256 && sha256 != received.Sha256)
        {
            throw RpcErrors.Of(
                ErrorReason.ChecksumMismatch,
                retryAfter: null,
                ("stored_sha256", received.Sha256.Hex),
                ("declared_sha256", sha256.Hex),
                (RpcErrors.Detail, $"{received.Sha256.Hex} arrived, {sha256.Hex} was declared; nothing was stored"));
        }
    }

    /// <summary>The refusal of more or fewer bytes than were declared.</summary>
    public RpcException WrongSize(long received) => RpcErrors.Of(
        ErrorReason.SizeMismatch,
        retryAfter: null,
        ("stored_bytes", received.ToString(CultureInfo.InvariantCulture)),
        ("declared_bytes", MaxSize.ToString(CultureInfo.InvariantCulture)),
        (RpcErrors.Detail, string.Create(CultureInfo.InvariantCulture, $"{received:N0} bytes arrived, {MaxSize:N0} were declared; nothing was stored")));
}
