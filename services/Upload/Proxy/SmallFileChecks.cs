using Grpc.Core;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Proxy;

/// <summary>Reads the header of a small file by the rules that all uploads share.</summary>
internal sealed class SmallFileChecks(UploadHeaders headers)
{
    private const string Field = "header";

    /// <summary>What is declared.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT per field, RESOURCE_EXHAUSTED <c>PROXY_TOO_LARGE</c> for a declared size.</exception>
    public SmallFile Read(SmallFileHeader? header)
    {
        if (header is null)
        {
            throw Missing();
        }

        if (header.SizeBytes > ProxyLimits.MaxFile)
        {
            throw ProxyLimits.TooLarge();
        }

        var check = new RequestCheck();
        var target = header.Target ?? new UploadTarget();
        var (titleId, episodeId, kind) = UploadChecks.Target(check, target);
        var fileName = UploadChecks.FileName(check, "file_name", header.FileName);
        var contentType = UploadChecks.ContentType(check, target.Purpose, header.ContentType);
        check.Sha256("sha256", header.Sha256, required: false);
        check.Require(header.SizeBytes >= 0, "size_bytes", "must not be negative");
        check.KnownOrUnspecified("encryption", header.Encryption);
        var encryption = headers.Resolve(header.Encryption);
        check.Require(encryption is not null, "encryption", "is not supported by the storage");
        if (check.Violations.Count > 0)
        {
            throw RpcErrors.InvalidFields(check.Violations.Select(violation => new Google.Rpc.BadRequest.Types.FieldViolation(violation)
            {
                Field = $"{Field}.{violation.Field}",
            }));
        }

        return new SmallFile
        {
            Purpose = target.Purpose,
            TitleId = titleId,
            EpisodeId = episodeId,
            AssetKind = kind,
            Language = target.Language,
            FileName = fileName,
            ContentType = contentType,
            Encryption = encryption ?? EncryptionMode.None,
            Size = header.SizeBytes > 0 ? header.SizeBytes : null,
            Sha256 = Sha256Digest.TryParseHex(header.Sha256, out var digest) ? digest : null,
        };
    }

    private static RpcException Missing() => RpcErrors.InvalidFields([new() { Field = Field, Description = "is required, before any data" }]);
}
