using MoviesNow.LocalS3.Checksums;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Objects;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Multipart;

/// <summary>Receives one part, at most 5 GiB.</summary>
internal sealed class UploadPart(BucketStore buckets, ObjectWriter writer) : IOperation
{
    public const int MaxPartNumber = 10_000;

    public async Task ExecuteAsync(S3Request request)
    {
        var bucket = buckets.Get(request.BucketName);
        EncryptionHeaders.RefuseCustomerKeys(request);
        var upload = bucket.Uploads.Get(request.Query["uploadId"] ?? "", request.Key);
        var number = NumberOf(request);
        var body = RequestBody.Open(request, RequestBody.MaxObjectBytes, S3Errors.EntityTooLarge);
        if (body.Claim is { } claim && upload.Record.ChecksumAsked && claim.Algorithm != upload.Record.Algorithm)
        {
            throw S3Errors.InvalidRequest(
                $"Checksum Type mismatch occurred, expected checksum Type: {upload.Record.Algorithm.Name()}, "
                + $"actual checksum Type: {claim.Algorithm.Name()}").Throw();
        }

        using var file = bucket.Objects.Data.Create();
        var digest = await body.CopyToAsync(file.WriteAsync, [upload.Record.Algorithm], request.Aborted);
        file.Finish();
        await bucket.Uploads.AddPartAsync(upload, Part(number, file, digest, writer.Now()), file.Keep, request.Aborted);

        request.Response.Headers.ETag = ETags.Quote(digest.Md5);
        EncryptionHeaders.Write(request.Response, upload.Record.Headers);
        var answered = body.Claim?.Algorithm ?? upload.Record.Algorithm;
        request.Response.Headers[answered.Header()] = digest.Checksums[answered];
        request.Response.ContentLength = 0;
    }

    public static int NumberOf(S3Request request)
    {
        var number = request.QueryNumber("partNumber", 1, MaxPartNumber, 0);
        return number > 0 ? number : throw S3Errors.InvalidArgument($"partNumber must be a number from 1 to {MaxPartNumber}.").Throw();
    }

    public static PartRecord Part(int number, DataFileWriter file, BodyDigest digest, DateTimeOffset now) => new()
    {
        Number = number,
        Data = file.Name,
        Size = digest.Length,
        ETag = digest.Md5,
        LastModified = now,
        Checksums = digest.Checksums,
    };
}
