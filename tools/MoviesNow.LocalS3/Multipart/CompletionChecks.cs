using MoviesNow.LocalS3.Checksums;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Multipart;

/// <summary>Compares what a completion's headers expect of the object with what it will be.</summary>
internal static class CompletionChecks
{
    /// <summary>What can be said of the headers before the parts are looked at.</summary>
    /// <exception cref="S3Exception">BadDigest: a value that no checksum of its algorithm can have.</exception>
    public static void CheckForm(S3Request request)
    {
        foreach (var algorithm in ChecksumAlgorithms.All)
        {
            if (request.Header(algorithm.Header()) is { } expected && !algorithm.IsValue(expected.Split('-')[0]))
                throw S3Errors.BadDigest(algorithm.Header()).Throw();
        }
    }

    /// <exception cref="S3Exception">InvalidRequest, BadDigest.</exception>
    public static void Check(S3Request request, UploadRecord upload, ObjectRecord record)
    {
        if (request.Header("x-amz-mp-object-size") is { } size && size != $"{record.Size}")
        {
            throw S3Errors.InvalidRequest(
                $"The provided 'x-amz-mp-object-size' header does not match what was computed: {record.Size}.").Throw();
        }

        if (request.Header("x-amz-checksum-type") is { } type && type != upload.ChecksumType.Name())
            throw S3Errors.InvalidRequest($"The upload was created with the checksum type {upload.ChecksumType.Name()}.").Throw();
        foreach (var algorithm in ChecksumAlgorithms.All)
        {
            if (request.Header(algorithm.Header()) is not { } expected)
                continue;
            if (algorithm != record.Checksum!.Algorithm)
                throw S3Errors.InvalidRequest($"The upload was created using a {record.Checksum.Algorithm.Name()} checksum.").Throw();
            // A composite may be given with or without the number of its parts.
            if (expected != record.Checksum.Value && !record.Checksum.Value.StartsWith(expected + "-", StringComparison.Ordinal))
                throw S3Errors.BadDigest(algorithm.Name()).Throw();
        }
    }
}
