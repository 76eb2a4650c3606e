namespace MoviesNow.Storage;

/// <summary>
/// The query of a presigned request, written twice: sorted by name as the canonical request wants it, and in the order in which
/// AWSSDK.S3 puts it into a URL. Both orders are fixed, for the set of names is.
/// </summary>
internal readonly ref struct PresignedQuery(
    UnsignedRequest request,
    ReadOnlySpan<byte> credential,
    ReadOnlySpan<byte> time,
    ReadOnlySpan<byte> securityToken)
{
    private readonly UnsignedRequest _request = request;
    private readonly ReadOnlySpan<byte> _credential = credential;
    private readonly ReadOnlySpan<byte> _time = time;
    private readonly ReadOnlySpan<byte> _securityToken = securityToken;

    public void WriteCanonicalRequest(ref Utf8Writer to, S3Address address)
    {
        to.Write(_request.Method);
        to.Write("\n"u8);
        to.Write(address.PathPrefix);
        to.Write(_request.Key.Value);
        to.Write("\n"u8);
        WriteIdentity(ref to);
        WriteExpiry(ref to);
        WriteSignedHeaders(ref to);
        WritePartNumber(ref to);
        WriteOverrides(ref to);
        WriteUploadId(ref to);
        to.Write("\n"u8);
        WriteHeaders(ref to, address.Authority);
        to.Write("\n"u8);
        WriteHeaderNames(ref to, ";"u8);
        to.Write("\nUNSIGNED-PAYLOAD"u8);
    }

    public void WriteUrl(ref Utf8Writer to, S3Address address, ReadOnlySpan<byte> signature)
    {
        to.Write(address.Endpoint.Scheme);
        to.Write("://"u8);
        to.Write(address.Authority);
        to.Write(address.PathPrefix);
        to.Write(_request.Key.Value);
        to.Write("?"u8);
        WriteUploadId(ref to);
        WritePartNumber(ref to);
        WriteExpiry(ref to);
        WriteOverrides(ref to);
        WriteIdentity(ref to);
        WriteSignedHeaders(ref to);
        WriteName(ref to, "X-Amz-Signature="u8);
        to.WriteHex(signature);
    }

    private void WriteIdentity(ref Utf8Writer to)
    {
        WriteName(ref to, "X-Amz-Algorithm="u8);
        to.Write("AWS4-HMAC-SHA256"u8);
        WriteName(ref to, "X-Amz-Credential="u8);
        to.Write(_credential);
        WriteName(ref to, "X-Amz-Date="u8);
        to.Write(_time);
    }

    private void WriteExpiry(ref Utf8Writer to)
    {
        WriteName(ref to, "X-Amz-Expires="u8);
        to.Write(_request.Seconds);
        if (_securityToken.IsEmpty)
            return;

        WriteName(ref to, "X-Amz-Security-Token="u8);
        to.Write(_securityToken);
    }

    private void WriteSignedHeaders(ref Utf8Writer to)
    {
        WriteName(ref to, "X-Amz-SignedHeaders="u8);
        WriteHeaderNames(ref to, "%3B"u8);
    }

    private void WriteOverrides(ref Utf8Writer to)
    {
        if (_request.Overrides is not { } overrides)
            return;

        WriteOptional(ref to, "response-cache-control="u8, overrides.CacheControl);
        WriteOptional(ref to, "response-content-disposition="u8, overrides.ContentDisposition);
        WriteOptional(ref to, "response-content-type="u8, overrides.ContentType);
    }

    private void WriteUploadId(ref Utf8Writer to) => WriteOptional(ref to, "uploadId="u8, _request.UploadId);

    private void WritePartNumber(ref Utf8Writer to)
    {
        if (_request.UploadId is null)
            return;

        WriteName(ref to, "partNumber="u8);
        to.Write(_request.PartNumber);
    }

    private static void WriteOptional(ref Utf8Writer to, ReadOnlySpan<byte> name, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return;

        WriteName(ref to, name);
        to.WriteEncoded(value);
    }

    private static void WriteName(ref Utf8Writer to, ReadOnlySpan<byte> name)
    {
        if (to.Written[^1] is not ((byte)'?' or (byte)'\n'))
            to.Write("&"u8);
        to.Write(name);
    }

    /// <summary>The host stands among the other headers where the order by name puts it.</summary>
    private void WriteHeaders(ref Utf8Writer to, string authority)
    {
        var host = HostIndex();
        for (var i = 0; i <= _request.Headers.Length; i++)
        {
            if (i == host)
                WriteHeader(ref to, "host", authority);
            if (i < _request.Headers.Length)
                WriteHeader(ref to, _request.Headers[i].Key, _request.Headers[i].Value);
        }
    }

    private static void WriteHeader(ref Utf8Writer to, string name, string value)
    {
        to.Write(name);
        to.Write(":"u8);
        to.Write(value);
        to.Write("\n"u8);
    }

    private void WriteHeaderNames(ref Utf8Writer to, ReadOnlySpan<byte> separator)
    {
        var host = HostIndex();
        for (var i = 0; i <= _request.Headers.Length; i++)
        {
            if (i == host)
            {
                to.Write(i == 0 ? [] : separator);
                to.Write("host"u8);
            }

            if (i < _request.Headers.Length)
            {
                to.Write(i == 0 && host > 0 ? [] : separator);
                to.Write(_request.Headers[i].Key);
            }
        }
    }

    private int HostIndex()
    {
        var index = 0;
        while (index < _request.Headers.Length && string.CompareOrdinal(_request.Headers[index].Key, "host") < 0)
            index++;
        return index;
    }
}
