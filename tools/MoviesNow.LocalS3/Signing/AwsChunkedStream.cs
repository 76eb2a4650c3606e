using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using MoviesNow.LocalS3.Errors;

namespace MoviesNow.LocalS3.Signing;

/// <summary>
/// Decodes a body framed as <c>aws-chunked</c>: <c>hex-size[;chunk-signature=…]\r\n bytes \r\n</c>, ended by a chunk of size zero and optional
/// trailing headers. Chunks are verified as they end, so memory does not depend on their size; what was read must not be trusted before the end.
/// </summary>
internal sealed class AwsChunkedStream(PipeReader source, PayloadDeclaration payload, IReadOnlySet<string> announcedTrailers) : IDisposable
{
    private const int MaxLine = 4096;
    private readonly IncrementalHash? _hash = payload.SignedChunks ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    private readonly Dictionary<string, string> _trailers = new(StringComparer.OrdinalIgnoreCase);
    private long _remaining;
    private string _signature = "";
    private bool _inChunk;
    private bool _lastChunk;
    private bool _ended;

    /// <summary>The trailing headers; complete once <see cref="ReadAsync"/> returned zero.</summary>
    public IReadOnlyDictionary<string, string> Trailers => _trailers;

    /// <returns>How many bytes of content were read; zero at the verified end.</returns>
    /// <exception cref="S3Exception">The framing or a signature is wrong.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!_ended)
        {
            if (_remaining > 0)
                return await ReadContentAsync(buffer, cancellationToken);
            if (_inChunk)
                await EndChunkAsync(cancellationToken);
            else
                await BeginChunkAsync(cancellationToken);
        }

        return 0;
    }

    public void Dispose() => _hash?.Dispose();

    private async ValueTask<int> ReadContentAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var result = await source.ReadAsync(cancellationToken);
        var available = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, Math.Min(_remaining, buffer.Length)));
        var count = (int)available.Length;
        available.CopyTo(buffer.Span);
        source.AdvanceTo(available.End);
        if (count == 0)
            throw S3Errors.IncompleteBody.Throw();
        _hash?.AppendData(buffer.Span[..count]);
        _remaining -= count;
        return count;
    }

    private async ValueTask BeginChunkAsync(CancellationToken cancellationToken)
    {
        var line = await ReadLineAsync(cancellationToken);
        var extension = line.IndexOf(';', StringComparison.Ordinal);
        var size = extension < 0 ? line : line[..extension];
        if (size.Length is 0 or > 15 || !long.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _remaining))
            throw Malformed();
        const string prefix = ";chunk-signature=";
        _signature = extension >= 0 && line.AsSpan(extension).StartsWith(prefix) ? line[(extension + prefix.Length)..] : "";
        (_inChunk, _lastChunk) = (true, _remaining == 0);
    }

    private async ValueTask EndChunkAsync(CancellationToken cancellationToken)
    {
        if (_hash is not null && !payload.Signer!.VerifyChunk(Convert.ToHexStringLower(_hash.GetHashAndReset()), _signature))
            throw S3Errors.SignatureDoesNotMatch.Throw();
        _inChunk = false;
        if (_lastChunk)
        {
            await ReadTrailersAsync(cancellationToken);
            _ended = true;
        }
        else if ((await ReadLineAsync(cancellationToken)).Length != 0)
        {
            throw Malformed();
        }
    }

    private async ValueTask ReadTrailersAsync(CancellationToken cancellationToken)
    {
        var canonical = new StringBuilder();
        var signature = "";
        for (var line = await ReadLineAsync(cancellationToken, atEnd: true); line.Length > 0; line = await ReadLineAsync(cancellationToken, atEnd: true))
        {
            var split = line.IndexOf(':', StringComparison.Ordinal);
            if (split <= 0 || _trailers.Count > 16)
                throw Malformed();
            var (name, value) = (line[..split].Trim().ToLowerInvariant(), line[(split + 1)..].Trim());
            if (name == "x-amz-trailer-signature")
            {
                signature = value;
                continue;
            }

            if (!payload.Trailer || !announcedTrailers.Contains(name) || !_trailers.TryAdd(name, value))
                throw Malformed();
            canonical.Append(name).Append(':').Append(value).Append('\n');
        }

        if (announcedTrailers.Any(name => !_trailers.ContainsKey(name)))
            throw Malformed();
        if (payload is { SignedChunks: true, Trailer: true } && !payload.Signer!.VerifyTrailer(canonical.ToString(), signature))
            throw S3Errors.SignatureDoesNotMatch.Throw();
    }

    private async ValueTask<string> ReadLineAsync(CancellationToken cancellationToken, bool atEnd = false)
    {
        while (true)
        {
            var result = await source.ReadAsync(cancellationToken);
            if (TryTakeLine(result.Buffer, out var line, out var consumed))
            {
                source.AdvanceTo(consumed);
                return line;
            }

            var (length, completed) = (result.Buffer.Length, result.IsCompleted);
            source.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (length > MaxLine)
                throw Malformed();
            if (completed)
                return atEnd && length == 0 ? "" : throw S3Errors.IncompleteBody.Throw();
        }
    }

    private static bool TryTakeLine(ReadOnlySequence<byte> buffer, out string line, out SequencePosition consumed)
    {
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> bytes, (byte)'\n') || bytes.Length > MaxLine)
        {
            (line, consumed) = ("", buffer.Start);
            return false;
        }

        line = Encoding.Latin1.GetString(bytes).TrimEnd('\r');
        consumed = reader.Position;
        return true;
    }

    private static S3Exception Malformed() => S3Errors.InvalidRequest("The aws-chunked body is malformed.").Throw();
}
