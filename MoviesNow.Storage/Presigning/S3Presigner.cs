using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace MoviesNow.Storage;

/// <summary>
/// Signs requests that clients send to storage by themselves: AWS Signature Version 4 in the query, for <c>s3</c>, with an unsigned payload.
/// Signing is local, thread-safe and allocates little more than the URL. The URL carries <see cref="StorageOptions.PublicUrl"/>'s host,
/// and is the one that AWSSDK.S3 would make, byte for byte, where an upload id has no character that needs encoding.
/// </summary>
/// <remarks>A presigner trusts its caller: which keys may be signed at all is for the caller's policy to decide.</remarks>
public sealed class S3Presigner(IOptions<StorageOptions> options, TimeProvider clock)
{
    /// <summary>The shortest lifetime of a presigned request.</summary>
    public static readonly TimeSpan MinLifetime = TimeSpan.FromSeconds(1);

    /// <summary>The longest lifetime of a presigned request; S3 refuses longer ones.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(7);

    /// <summary>The largest part number of a multipart upload.</summary>
    public const int MaxPartNumber = 10_000;

    /// <summary>A session token takes about 1,200 bytes, everything else fewer than 1,000 as a rule.</summary>
    private const int UsualSize = 3_072;

    private readonly StorageOptions _options = options.Value;
    private readonly S3Address _address = options.Value.PublicAddress;
    private readonly byte[] _securityToken = Encoding.ASCII.GetBytes(Uri.EscapeDataString(options.Value.SessionToken ?? ""));
    private SigningDay? _today;

    /// <summary>Signs a download.</summary>
    /// <param name="key">The object.</param>
    /// <param name="lifetime">For how long the URL works, from <see cref="MinLifetime"/> to <see cref="MaxLifetime"/>, in whole seconds.</param>
    /// <param name="overrides">Response headers that replace the object's own.</param>
    /// <exception cref="ArgumentOutOfRangeException">The lifetime is out of range.</exception>
    public PresignedRequest Get(StorageKey key, TimeSpan lifetime, ResponseOverrides? overrides = null) =>
        Sign(new UnsignedRequest("GET", key, Seconds(lifetime)) { Overrides = overrides });

    /// <summary>Signs an upload in one piece.</summary>
    /// <param name="key">The object.</param>
    /// <param name="lifetime">For how long the URL works, from <see cref="MinLifetime"/> to <see cref="MaxLifetime"/>, in whole seconds.</param>
    /// <param name="conditions">The headers that the client is bound to.</param>
    /// <exception cref="ArgumentOutOfRangeException">The lifetime is out of range.</exception>
    /// <exception cref="ArgumentException">A header has a character that HTTP does not allow.</exception>
    public PresignedRequest Put(StorageKey key, TimeSpan lifetime, PutConditions conditions) =>
        Sign(new UnsignedRequest("PUT", key, Seconds(lifetime)) { Headers = SignedHeaders.Of(conditions) });

    /// <summary>Signs the upload of one part.</summary>
    /// <param name="key">The object.</param>
    /// <param name="uploadId">The multipart upload.</param>
    /// <param name="partNumber">The part, from 1 to <see cref="MaxPartNumber"/>.</param>
    /// <param name="lifetime">For how long the URL works, from <see cref="MinLifetime"/> to <see cref="MaxLifetime"/>, in whole seconds.</param>
    /// <param name="conditions">The headers that the client is bound to.</param>
    /// <exception cref="ArgumentOutOfRangeException">The lifetime or the part number is out of range.</exception>
    public PresignedRequest UploadPart(StorageKey key, string uploadId, int partNumber, TimeSpan lifetime, PartConditions? conditions = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(uploadId);
        ArgumentOutOfRangeException.ThrowIfLessThan(partNumber, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partNumber, MaxPartNumber);
        return Sign(new UnsignedRequest("PUT", key, Seconds(lifetime))
        {
            UploadId = uploadId,
            PartNumber = partNumber,
            Headers = conditions is null ? [] : SignedHeaders.Of(conditions),
        });
    }

    private static long Seconds(TimeSpan lifetime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lifetime, MinLifetime);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, MaxLifetime);
        return (long)lifetime.TotalSeconds;
    }

    private PresignedRequest Sign(in UnsignedRequest request)
    {
        var now = clock.GetUtcNow();
        var day = Today(now.UtcDateTime);
        Span<byte> time = stackalloc byte[16];
        now.TryFormat(time, out _, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

        var query = new PresignedQuery(request, day.Credential, time, _securityToken);
        var canonical = new Utf8Writer(stackalloc byte[UsualSize]);
        query.WriteCanonicalRequest(ref canonical, _address);
        Span<byte> signature = stackalloc byte[SHA256.HashSizeInBytes];
        day.Sign(time, canonical.Written, signature);

        var url = new Utf8Writer(stackalloc byte[UsualSize]);
        query.WriteUrl(ref url, _address, signature);
        var issued = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        return new PresignedRequest(url.ToString(), request.Method, request.Headers, issued.AddSeconds(request.Seconds));
    }

    /// <summary>Two threads may derive the same day twice at midnight, which does no harm.</summary>
    private SigningDay Today(DateTime now)
    {
        var today = _today;
        return today?.Day == now.Date ? today : _today = new SigningDay(now.Date, _options);
    }
}
