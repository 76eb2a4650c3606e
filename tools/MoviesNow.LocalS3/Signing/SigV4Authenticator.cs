using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;

namespace MoviesNow.LocalS3.Signing;

/// <summary>
/// Decides whether a request is signed by the configured key, by AWS Signature Version 4 in the Authorization header or in the query.
/// There is no anonymous access: what is not signed is denied.
/// </summary>
internal sealed class SigV4Authenticator(IOptions<LocalS3Options> options, TimeProvider time)
{
    private static readonly TimeSpan AllowedSkew = TimeSpan.FromMinutes(15);
    private readonly SigningKeys _keys = new(options.Value.SecretKey);

    /// <returns>What the signature says of the body.</returns>
    /// <exception cref="S3Exception">The request is not signed, or not rightly.</exception>
    public PayloadDeclaration Authenticate(string method, S3Target target, IHeaderDictionary headers)
    {
        var presigned = target.Query.Has("X-Amz-Algorithm") || target.Query.Has("X-Amz-Signature") || target.Query.Has("X-Amz-Credential");
        var authorized = !StringValues.IsNullOrEmpty(headers.Authorization);
        if (!authorized && !presigned)
            throw (target.Query.Has("AWSAccessKeyId") ? SignatureClaim.UnsupportedMechanism : S3Errors.AccessDenied()).Throw();
        if (authorized && presigned)
            throw S3Errors.InvalidArgument("Only one way of authentication is allowed: the Authorization header or the query.").Throw();

        var claim = presigned ? SignatureClaim.FromQuery(target.Query) : SignatureClaim.FromHeaders(headers);
        var payload = Declaration(headers, presigned);
        CheckCredential(claim, headers, target.Query);
        CheckTime(claim);
        CheckSignedHeaders(claim, headers);

        var canonical = CanonicalRequest.Build(method, target.Path, target.Query, headers, claim.SignedHeaders, payload.Value);
        var key = _keys.For(claim.Credential);
        var expected = SigningKeys.Sign(key, CanonicalRequest.StringToSign(claim.Timestamp, claim.Credential, canonical));
        if (!SigningKeys.Equal(expected, claim.Signature))
            throw S3Errors.SignatureDoesNotMatch.Throw();
        return payload.SignedChunks
            ? payload with { Signer = new ChunkSigner(key, claim.Credential, claim.Timestamp, expected) }
            : payload;
    }

    private static PayloadDeclaration Declaration(IHeaderDictionary headers, bool presigned)
    {
        var value = headers["x-amz-content-sha256"].ToString();
        if (value.Length > 0)
            return PayloadDeclaration.Parse(value);
        return presigned
            ? PayloadDeclaration.Parse(PayloadDeclaration.Unsigned)
            : throw S3Errors.InvalidRequest("Missing required header for this request: x-amz-content-sha256").Throw();
    }

    private void CheckCredential(SignatureClaim claim, IHeaderDictionary headers, QueryParameters query)
    {
        var malformed = claim.Lifetime is null ? (Func<string, S3Error>)S3Errors.AuthorizationHeaderMalformed : S3Errors.AuthorizationQueryParameters;
        var (given, expected) = (claim.Credential.Region, options.Value.Region);
        if (given != expected)
            throw malformed($"The region '{given}' is wrong; expecting '{expected}'.").With("Region", expected).Throw();
        if (claim.Credential.Service != "s3")
            throw malformed($"The service '{claim.Credential.Service}' is wrong; expecting 's3'.").Throw();
        if (!SigningKeys.Equal(options.Value.AccessKey, claim.Credential.AccessKey))
            throw S3Errors.InvalidAccessKeyId.Throw();
        if (headers.ContainsKey("x-amz-security-token") || query.Has("X-Amz-Security-Token"))
            throw S3Errors.InvalidToken.Throw();
    }

    private void CheckTime(SignatureClaim claim)
    {
        var now = time.GetUtcNow();
        if (claim.Lifetime is not { } lifetime)
        {
            if ((now - claim.Time).Duration() > AllowedSkew)
                throw S3Errors.RequestTimeTooSkewed.Throw();
            return;
        }

        if (claim.Time - now > AllowedSkew)
            throw S3Errors.AccessDenied("The request is not yet valid.").Throw();
        if (now > claim.Time + lifetime)
            throw S3Errors.AccessDenied("The request has expired.").Throw();
    }

    private static void CheckSignedHeaders(SignatureClaim claim, IHeaderDictionary headers)
    {
        var unsigned = headers.Keys
            .Select(name => name.ToLowerInvariant())
            .Where(name => name.StartsWith("x-amz-", StringComparison.Ordinal) && !claim.SignedHeaders.Contains(name, StringComparer.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (unsigned.Count > 0)
        {
            throw S3Errors.AccessDenied("There were headers present in the request which were not signed.")
                .With("HeadersNotSigned", string.Join(", ", unsigned)).Throw();
        }
    }
}
