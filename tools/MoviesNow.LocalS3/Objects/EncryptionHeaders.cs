using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Objects;

/// <summary>Server-side encryption is recorded and echoed, so that clients can be tested against it; the files are as private as the disk they are on.</summary>
internal static class EncryptionHeaders
{
    private const string Algorithm = "x-amz-server-side-encryption";
    private const string KeyId = "x-amz-server-side-encryption-aws-kms-key-id";
    private const string Context = "x-amz-server-side-encryption-context";
    private const string BucketKey = "x-amz-server-side-encryption-bucket-key-enabled";

    /// <exception cref="S3Exception">An unknown algorithm, a key without KMS, or a customer-provided key (SSE-C).</exception>
    public static IReadOnlyDictionary<string, string> Read(S3Request request)
    {
        RefuseCustomerKeys(request);
        var headers = new[] { Algorithm, KeyId, Context, BucketKey }
            .Select(name => (Name: name, Value: request.Header(name)))
            .Where(h => h.Value is not null)
            .ToDictionary(h => h.Name, h => h.Value!, StringComparer.Ordinal);
        if (headers.Count == 0)
            return headers;
        return headers.GetValueOrDefault(Algorithm) switch
        {
            "AES256" when headers.Count == 1 => headers,
            "aws:kms" or "aws:kms:dsse" => headers,
            "AES256" or null => throw S3Errors.InvalidArgument(
                $"{string.Join(", ", headers.Keys.Where(k => k != Algorithm))} needs {Algorithm}: aws:kms.").Throw(),
            _ => throw S3Errors.InvalidEncryptionAlgorithm.Throw(),
        };
    }

    /// <exception cref="S3Exception">NotImplemented: the request brings its own key (SSE-C).</exception>
    public static void RefuseCustomerKeys(S3Request request)
    {
        if (request.Headers.Keys.Any(name => name.Contains("server-side-encryption-customer-", StringComparison.OrdinalIgnoreCase)))
            throw S3Errors.NotImplemented("Server-side encryption with customer-provided keys (SSE-C)").Throw();
    }

    /// <exception cref="S3Exception">InvalidArgument: encryption is chosen by a write, not by a read.</exception>
    public static void RefuseOnRead(S3Request request)
    {
        RefuseCustomerKeys(request);
        if (request.Header(Algorithm) is not null)
            throw S3Errors.InvalidArgument($"{Algorithm} header is not supported for this operation.").Throw();
    }

    public static void Write(HttpResponse response, ObjectHeaders headers)
    {
        foreach (var (name, value) in headers.Encryption.Where(h => h.Key != Context))
            response.Headers[name] = value;
    }
}
