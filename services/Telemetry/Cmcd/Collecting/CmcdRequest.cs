using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using MoviesNow.Telemetry.Events;

namespace MoviesNow.Telemetry.Cmcd;

/// <summary>Reads the reports of a request, whatever their form; memory is bounded whatever is sent.</summary>
internal static class CmcdRequest
{
    private const string Gzip = "gzip";
    private const string Json = "application/json";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // What the standard says, what its draft said, and what sendBeacon says of text, which needs no preflight.
    private static readonly string[] LineTypes = ["application/cmcd", "text/cmcd", "text/plain"];

    public static async Task<CmcdBody> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (HttpMethods.IsGet(request.Method) || (request.ContentLength is null or 0 && request.ContentType is null))
        {
            return ReadBeacon(request);
        }

        if (FormOf(request.ContentType) is not { } form || !IsReadable(request.Headers.ContentEncoding))
        {
            return new(CmcdForm.Lines, [], StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            return await ReadBytesAsync(request, maxBytes, cancellationToken) is { } body ? Decode(form, body) : TooLarge(form);
        }
        catch (InvalidDataException)
        {
            return new(form, [], StatusCodes.Status400BadRequest);
        }
        catch (BadHttpRequestException refused)
        {
            return new(form, [], refused.StatusCode);
        }
    }

    /// <summary>A request without a body has its report in headers, or else in the query: never in both (CTA-5004-B, 6).</summary>
    private static CmcdBody ReadBeacon(HttpRequest request)
    {
        var headers = CmcdDecoder.Headers.SelectMany(name => request.Headers[name]).OfType<string>().ToArray();
        if (headers.Length > 0)
        {
            return new(CmcdForm.Headers, [CmcdDecoder.FromHeaders(headers)]);
        }

        return QueryText.Find(request.QueryString.Value, CmcdDecoder.QueryArgument) is { } argument
            ? new(CmcdForm.Query, [CmcdDecoder.FromArgument(argument)])
            : new(CmcdForm.Query, []);
    }

    private static CmcdBody Decode(CmcdForm form, ArraySegment<byte> body)
    {
        List<CmcdReport> reports;
        if (form is CmcdForm.Json)
        {
            reports = CmcdJson.Decode(body, EventRecorder.MaxEvents);
        }
        else
        {
            try
            {
                reports = CmcdDecoder.FromLines(Strict.GetString(body), EventRecorder.MaxEvents);
            }
            catch (DecoderFallbackException)
            {
                return new(form, [], StatusCodes.Status400BadRequest);
            }
        }

        return reports.Count <= EventRecorder.MaxEvents ? new(form, reports) : TooLarge(form);
    }

    private static CmcdBody TooLarge(CmcdForm form) => new(form, [], StatusCodes.Status413PayloadTooLarge);

    private static CmcdForm? FormOf(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type)
            || (type.Charset.HasValue && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        return type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase) ? CmcdForm.Json
            : LineTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase) ? CmcdForm.Lines
            : null;
    }

    private static bool IsReadable(string? encoding) => string.IsNullOrEmpty(encoding) || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase) || IsGzip(encoding);

    private static bool IsGzip(string? encoding) => Gzip.Equals(encoding, StringComparison.OrdinalIgnoreCase);

    /// <summary>The body, unpacked; null when it has more bytes than it may, packed or unpacked.</summary>
    private static async Task<ArraySegment<byte>?> ReadBytesAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes)
        {
            return null;
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            // The frames of chunks count too.
            limit.MaxRequestBodySize = maxBytes * 2L;
        }

        if (!IsGzip(request.Headers.ContentEncoding))
        {
            return await ReadAsync(request.Body, request.ContentLength, maxBytes, cancellationToken);
        }

        return await ReadAsync(request.Body, request.ContentLength, maxBytes, cancellationToken) is { } packed
            ? await UnpackAsync(packed, maxBytes, cancellationToken)
            : null;
    }

    /// <summary>A body that was cut off unpacks to its beginning without an error, so its length is held against the one at its end (RFC 1952, ISIZE).</summary>
    private static async Task<ArraySegment<byte>?> UnpackAsync(ArraySegment<byte> packed, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = new GZipStream(new MemoryStream(packed.Array!, packed.Offset, packed.Count), CompressionMode.Decompress);
        var unpacked = await ReadAsync(stream, length: null, maxBytes, cancellationToken);
        return unpacked is not { } body || (packed.Count >= sizeof(int) && BinaryPrimitives.ReadInt32LittleEndian(packed.AsSpan()[^sizeof(int)..]) == body.Count)
            ? unpacked
            : throw new InvalidDataException("The body is cut off.");
    }

    private static async Task<ArraySegment<byte>?> ReadAsync(Stream body, long? length, int maxBytes, CancellationToken cancellationToken)
    {
        const int FirstBytes = 4_096;
        var bytes = new byte[(int)(length ?? FirstBytes) + 1];
        for (var count = 0; ;)
        {
            var read = await body.ReadAsync(bytes.AsMemory(count), cancellationToken);
            count += read;
            if (count > maxBytes)
            {
                return null;
            }

            if (read == 0)
            {
                return new(bytes, 0, count);
            }

            if (count == bytes.Length)
            {
                Array.Resize(ref bytes, Math.Min(bytes.Length * 2, maxBytes + 1));
            }
        }
    }
}
