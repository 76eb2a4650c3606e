using System.Globalization;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;

namespace MoviesNow.LocalS3.Signing;

/// <summary>What a request claims to be signed with, before any of it is believed.</summary>
/// <param name="Credential">Who signed, for which day, region and service.</param>
/// <param name="SignedHeaders">Lower-case names, in the order given.</param>
/// <param name="Signature">Hexadecimal HMAC-SHA256.</param>
/// <param name="Timestamp">The time of signing, as text and as time.</param>
/// <param name="Time">The same, parsed.</param>
/// <param name="Lifetime">How long a presigned address is valid; null for a signature in the header.</param>
internal sealed record SignatureClaim(
    CredentialScope Credential,
    IReadOnlyList<string> SignedHeaders,
    string Signature,
    string Timestamp,
    DateTimeOffset Time,
    TimeSpan? Lifetime)
{
    public const string Algorithm = "AWS4-HMAC-SHA256";
    private const int MaxExpires = 7 * 24 * 3600;

    /// <summary>HTTP's form of a date, and the one of mails, in which Python clients write it: UTC is <c>-0000</c> there.</summary>
    private static readonly string[] HttpDates = ["r", "ddd, dd MMM yyyy HH:mm:ss '-0000'", "ddd, dd MMM yyyy HH:mm:ss '+0000'"];

    /// <summary>Signature Version 2, or none that S3 ever had.</summary>
    public static S3Error UnsupportedMechanism => S3Errors.InvalidRequest($"The authorization mechanism is not supported. Use {Algorithm}.");

    /// <exception cref="S3Exception">The header does not have the documented form.</exception>
    public static SignatureClaim FromHeaders(IHeaderDictionary headers)
    {
        var authorization = headers.Authorization.ToString();
        if (!authorization.StartsWith(Algorithm, StringComparison.Ordinal))
            throw UnsupportedMechanism.Throw();

        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in authorization[Algorithm.Length..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var split = field.IndexOf('=', StringComparison.Ordinal);
            if (split < 0 || !fields.TryAdd(field[..split], field[(split + 1)..]))
                throw S3Errors.AuthorizationHeaderMalformed("The authorization header is malformed.").Throw();
        }

        var credential = CredentialScope.Parse(fields.GetValueOrDefault("Credential", ""))
            ?? throw S3Errors.AuthorizationHeaderMalformed("The Credential must be access-key/date/region/service/aws4_request.").Throw();
        var signedHeaders = ParseSignedHeaders(fields.GetValueOrDefault("SignedHeaders", ""));
        var signature = fields.GetValueOrDefault("Signature", "");
        if (signedHeaders is null || !IsSignature(signature))
            throw S3Errors.AuthorizationHeaderMalformed("The SignedHeaders or the Signature is missing or malformed.").Throw();

        var (timestamp, time) = HeaderTime(headers);
        if (!timestamp.StartsWith(credential.Date, StringComparison.Ordinal))
            throw S3Errors.AuthorizationHeaderMalformed("The date of the Credential is not the date of the request.").Throw();
        return new SignatureClaim(credential, signedHeaders, signature, timestamp, time, Lifetime: null);
    }

    /// <exception cref="S3Exception">A parameter is missing or malformed.</exception>
    public static SignatureClaim FromQuery(QueryParameters query)
    {
        if (query["X-Amz-Algorithm"] != Algorithm)
            throw S3Errors.AuthorizationQueryParameters($"X-Amz-Algorithm must be {Algorithm}.").Throw();
        var credential = CredentialScope.Parse(query["X-Amz-Credential"] ?? "")
            ?? throw S3Errors.AuthorizationQueryParameters("X-Amz-Credential must be access-key/date/region/service/aws4_request.").Throw();
        var signedHeaders = ParseSignedHeaders(query["X-Amz-SignedHeaders"] ?? "");
        var signature = query["X-Amz-Signature"] ?? "";
        if (signedHeaders is null || !IsSignature(signature))
            throw S3Errors.AuthorizationQueryParameters("X-Amz-SignedHeaders or X-Amz-Signature is missing or malformed.").Throw();
        // The signature is all that it does not cover itself: of any other parameter a second one would be noticed.
        if (query.Parameters.Count(parameter => parameter.Key == CanonicalRequest.SignatureParameter) > 1)
            throw S3Errors.AuthorizationQueryParameters("X-Amz-Signature must stand once.").Throw();
        var timestamp = query["X-Amz-Date"] ?? "";
        if (!TryParseBasic(timestamp, out var time) || !timestamp.StartsWith(credential.Date, StringComparison.Ordinal))
            throw S3Errors.AuthorizationQueryParameters("X-Amz-Date must have the form yyyyMMdd'T'HHmmss'Z' and the date of the credential.").Throw();
        var isNumber = int.TryParse(query["X-Amz-Expires"], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var expires);
        if (isNumber && expires < 0)
            throw S3Errors.AccessDenied("The request has expired before it was signed.").Throw();
        if (!isNumber || expires > MaxExpires)
            throw S3Errors.AuthorizationQueryParameters($"X-Amz-Expires must be a number of seconds from 0 to {MaxExpires}, seven days.").Throw();
        return new SignatureClaim(credential, signedHeaders, signature, timestamp, time, TimeSpan.FromSeconds(expires));
    }

    private static (string Timestamp, DateTimeOffset Time) HeaderTime(IHeaderDictionary headers)
    {
        var amzDate = headers["x-amz-date"].ToString();
        if (TryParseBasic(amzDate, out var time))
            return (amzDate, time);
        var date = headers.Date.ToString();
        if (amzDate.Length == 0 && DateTimeOffset.TryParseExact(date, HttpDates, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time))
            return (time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'"), time);
        throw S3Errors.AccessDenied("A signed request needs a valid x-amz-date or Date header.").Throw();
    }

    private static bool TryParseBasic(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    private static bool IsSignature(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    // The host is always signed, or a signature for one server would be good on another.
    private static string[]? ParseSignedHeaders(string text)
    {
        var names = text.Split(';');
        return names.Contains("host") && names.All(n => n.Length > 0 && !n.Any(char.IsAsciiLetterUpper)) ? names : null;
    }
}
