using Microsoft.Extensions.Options;
using MoviesNow.Storage;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Uploads;

/// <summary>What is stored with an upload's object beside its bytes.</summary>
internal sealed class UploadHeaders(IObjectStore objects, IOptions<StorageOptions> options)
{
    private readonly EncryptionOptions _default = options.Value.Encryption;

    /// <summary>The encryption for what a caller asked; null when the storage does not support it.</summary>
    public EncryptionMode? Resolve(ServerSideEncryption asked) => asked switch
    {
        ServerSideEncryption.S3 => objects.Capabilities.ManagedEncryption ? EncryptionMode.Managed : null,
        ServerSideEncryption.Kms => objects.Capabilities.KmsEncryption ? EncryptionMode.Kms : null,
        _ => _default.Mode,
    };

    /// <summary>What the object of an upload carries, whichever way its bytes come.</summary>
    public ObjectHeaders Of(UploadSession session) => new()
    {
        ContentType = session.ContentType,
        CacheControl = ContentTypes.CacheControl(session.ContentType),
        Encryption = EncryptionOf(session.Encryption),
        Metadata = UploadMark.Of(session),
        PartSha256 = session.PartChecksums,
    };

    /// <summary>What the upload of a part is bound to.</summary>
    /// <param name="session">The session.</param>
    /// <param name="size">Bytes of the part.</param>
    /// <param name="sha256">Its digest, where the session has them.</param>
    public PartConditions ConditionsOf(UploadSession session, long size, Sha256Digest? sha256) =>
        new() { ContentLength = size, Sha256 = session.PartChecksums && objects.Capabilities.Checksums ? sha256 : null };

    /// <summary>What a single PUT is bound to: everything that the storage is able to check.</summary>
    public PutConditions ConditionsOf(UploadSession session) => new()
    {
        ContentType = session.ContentType,
        ContentLength = session.Size,
        Sha256 = objects.Capabilities.Checksums ? session.Sha256 : null,
        CacheControl = ContentTypes.CacheControl(session.ContentType),
        Metadata = UploadMark.Of(session),
        Encryption = EncryptionOf(session.Encryption),
        IfAbsent = objects.Capabilities.ConditionalPut,
    };

    /// <summary>The encryption of an object in a mode, with the configured key.</summary>
    public Encryption EncryptionOf(EncryptionMode mode) => mode switch
    {
        EncryptionMode.Managed => Encryption.Managed,
        EncryptionMode.Kms => Encryption.Kms(string.IsNullOrEmpty(_default.KmsKeyId) ? null : _default.KmsKeyId),
        _ => Encryption.None,
    };
}
