using System.Text.RegularExpressions;
using MoviesNow.LocalS3.Checksums;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Objects;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Multipart;

/// <summary>Takes a part from an object that is here already, whole or a range of it.</summary>
internal sealed class UploadPartCopy(BucketStore buckets, ObjectWriter writer) : IOperation
{
    public async Task ExecuteAsync(S3Request request)
    {
        var bucket = buckets.Get(request.BucketName);
        EncryptionHeaders.RefuseCustomerKeys(request);
        var upload = bucket.Uploads.Get(request.Query["uploadId"] ?? "", request.Key);
        var number = UploadPart.NumberOf(request);
        using var source = CopySource.Parse(request.Header("x-amz-copy-source") ?? "").Open(buckets, request);
        var range = RangeOf(request.Header("x-amz-copy-source-range"), source.Record.Size);
        if (range.Length > RequestBody.MaxObjectBytes)
            throw S3Errors.EntityTooLarge.Throw();

        using var file = bucket.Objects.Data.Create();
        var digest = await Copier.CopyAsync(source, range, file, upload.Record.Algorithm, request.Aborted);
        file.Finish();
        var part = UploadPart.Part(number, file, digest, writer.Now());
        await bucket.Uploads.AddPartAsync(upload, part, file.Keep, request.Aborted);

        EncryptionHeaders.Write(request.Response, upload.Record.Headers);
        await XmlResponse.WriteAsync(request.Http, "CopyPartResult", xml =>
        {
            xml.Element("LastModified", XmlResponse.Timestamp(part.LastModified));
            xml.Element("ETag", ETags.Quote(part.ETag));
            xml.Element(upload.Record.Algorithm.Element(), part.Checksums[upload.Record.Algorithm]);
        });
    }

    // Unlike a Range header, this one must be whole and within the source.
    private static ByteRange RangeOf(string? header, long size)
    {
        if (header is null)
            return new ByteRange(0, size);
        if (!Regex.IsMatch(header, "^bytes=[0-9]{1,18}-[0-9]{1,18}$", RegexOptions.NonBacktracking))
            throw S3Errors.InvalidArgument("The x-amz-copy-source-range value must be of the form bytes=first-last.").Throw();
        var ends = header["bytes=".Length..].Split('-').Select(long.Parse).ToArray();
        return ends[0] <= ends[1] && ends[1] < size
            ? new ByteRange(ends[0], ends[1] - ends[0] + 1)
            : throw S3Errors.InvalidRange.With("ActualObjectSize", $"{size}").Throw();
    }
}
