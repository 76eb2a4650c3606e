using System.Buffers;
using System.IO.Pipelines;
using MoviesNow.LocalS3.Checksums;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Signing;

namespace MoviesNow.LocalS3.Http;

/// <summary>Receives a request's content in constant memory and proves every claim made about it: length, hashes, checksums, chunk signatures.</summary>
internal sealed class RequestBody
{
    /// <summary>The most that one PUT or one part may hold.</summary>
    public const long MaxObjectBytes = 5L * 1024 * 1024 * 1024;

    private const int BufferBytes = 256 * 1024;
    private readonly S3Request _request;
    private readonly long _length;
    private readonly string? _contentMd5;

    private RequestBody(S3Request request, long length, ChecksumClaim? claim)
    {
        _request = request;
        _length = length;
        _contentMd5 = ContentMd5(request);
        Claim = claim;
    }

    /// <summary>The checksum that the request claims, if any.</summary>
    public ChecksumClaim? Claim { get; }

    /// <param name="request">Whose body it is; nothing is read yet, so that a refused request is never sent.</param>
    /// <param name="maxBytes">The most content that is accepted.</param>
    /// <param name="tooLarge">The error when there is more.</param>
    /// <param name="checksumIsOfBody">False for a completion, whose checksum headers are about the object.</param>
    /// <param name="lengthRequired">False where no length means no body.</param>
    /// <exception cref="S3Exception">The length is missing or too large, or a claim is malformed.</exception>
    public static RequestBody Open(S3Request request, long maxBytes, S3Error tooLarge, bool checksumIsOfBody = true, bool lengthRequired = true)
    {
        var decoded = request.Header("x-amz-decoded-content-length");
        var length = request.Headers.ContentLength;
        if (request.Payload.Chunked)
            length = long.TryParse(decoded, out var value) && value >= 0 ? value : throw S3Errors.MissingContentLength.Throw();
        if (length is null && (lengthRequired || request.Headers.TransferEncoding.Count > 0))
            throw S3Errors.MissingContentLength.Throw();
        if (length > maxBytes)
            throw tooLarge.Throw();
        return new RequestBody(request, length ?? 0, checksumIsOfBody ? ChecksumClaim.From(request.Headers) : null);
    }

    /// <summary>Receives everything, then checks it; a sink that keeps the bytes must drop them when this throws.</summary>
    /// <param name="sink">Where the bytes go, in order.</param>
    /// <param name="algorithms">Checksums wanted besides the one claimed.</param>
    /// <param name="cancellationToken">The request's.</param>
    /// <exception cref="S3Exception">The content is not what the request claims.</exception>
    public async Task<BodyDigest> CopyToAsync(
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> sink,
        IEnumerable<ChecksumAlgorithm> algorithms,
        CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        using var chunked = _request.Payload.Chunked
            ? new AwsChunkedStream(_request.Http.Request.BodyReader, _request.Payload, ChecksumClaim.Trailers(_request.Headers))
            : null;
        using var running = new RunningDigest(_request.Payload.Sha256 is not null, Claim is null ? algorithms : algorithms.Append(Claim.Algorithm));
        try
        {
            for (var filled = await FillAsync(chunked, buffer, cancellationToken); filled > 0; filled = await FillAsync(chunked, buffer, cancellationToken))
            {
                running.Append(buffer.AsSpan(0, filled));
                if (running.Length > _length)
                    throw S3Errors.IncompleteBody.Throw();
                await sink(buffer.AsMemory(0, filled), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var (digest, sha256) = running.Finish();
        Check(digest, sha256, chunked?.Trailers);
        return digest;
    }

    // Small reads are gathered, so that hashing and writing work on large blocks.
    private async ValueTask<int> FillAsync(AwsChunkedStream? chunked, byte[] buffer, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var rest = buffer.AsMemory(filled);
            var count = chunked is null
                ? await ReadPlainAsync(_request.Http.Request.BodyReader, rest, cancellationToken)
                : await chunked.ReadAsync(rest, cancellationToken);
            if (count == 0)
                break;
            filled += count;
        }

        return filled;
    }

    private static async ValueTask<int> ReadPlainAsync(PipeReader source, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var result = await source.ReadAsync(cancellationToken);
        var available = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, buffer.Length));
        var count = (int)available.Length;
        available.CopyTo(buffer.Span);
        // From here on the pipe may reuse the memory, and even its lengths.
        source.AdvanceTo(available.End);
        return count;
    }

    private void Check(BodyDigest digest, string? sha256, IReadOnlyDictionary<string, string>? trailers)
    {
        if (digest.Length != _length)
            throw S3Errors.IncompleteBody.Throw();
        if (sha256 != _request.Payload.Sha256)
            throw S3Errors.Sha256Mismatch.Throw();
        if (_contentMd5 is not null && _contentMd5 != digest.Md5)
            throw S3Errors.BadDigest("Content-MD5").Throw();
        if (Claim is null)
            return;
        var claimed = Claim.Value ?? trailers?.GetValueOrDefault(Claim.Algorithm.Header()) ?? "";
        if (!Claim.Algorithm.IsValue(claimed))
            throw S3Errors.InvalidRequest($"Value for {Claim.Algorithm.Header()} trailing header is invalid.").Throw();
        if (claimed != digest.Checksums[Claim.Algorithm])
            throw S3Errors.BadDigest(Claim.Algorithm.Name()).Throw();
    }

    private static string? ContentMd5(S3Request request)
    {
        if (!request.Headers.ContainsKey("Content-MD5"))
            return null;
        Span<byte> bytes = stackalloc byte[32];
        var text = request.Headers.ContentMD5.ToString();
        return text.Length == 24 && Convert.TryFromBase64String(text, bytes, out var length) && length == 16
            ? Convert.ToHexStringLower(bytes[..16])
            : throw S3Errors.InvalidDigest.Throw();
    }
}
