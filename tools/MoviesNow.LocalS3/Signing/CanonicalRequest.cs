using System.Security.Cryptography;
using System.Text;
using MoviesNow.LocalS3.Http;

namespace MoviesNow.LocalS3.Signing;

/// <summary>The canonical form of a request that Signature Version 4 hashes, in the S3 variant: the path is encoded once and never normalised.</summary>
internal static class CanonicalRequest
{
    public const string SignatureParameter = "X-Amz-Signature";

    public static string Build(
        string method, string path, QueryParameters query, IHeaderDictionary headers, IReadOnlyList<string> signedHeaders, string payloadHash)
    {
        var text = new StringBuilder();
        text.Append(method).Append('\n').Append(UriCodec.Encode(path, keepSlash: true)).Append('\n');
        AppendQuery(text, query);
        text.Append('\n');
        foreach (var name in signedHeaders)
        {
            text.Append(name).Append(':');
            AppendHeader(text, headers, name);
            text.Append('\n');
        }

        return text.Append('\n').AppendJoin(';', signedHeaders).Append('\n').Append(payloadHash).ToString();
    }

    public static string StringToSign(string timestamp, CredentialScope credential, string canonicalRequest) =>
        $"{SignatureClaim.Algorithm}\n{timestamp}\n{credential.Scope}\n{Hash(canonicalRequest)}";

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static void AppendQuery(StringBuilder text, QueryParameters query)
    {
        var encoded = query.Parameters
            .Where(p => p.Key != SignatureParameter)
            .Select(p => (Name: UriCodec.Encode(p.Key, keepSlash: false), Value: UriCodec.Encode(p.Value, keepSlash: false)))
            .OrderBy(p => p.Name, StringComparer.Ordinal)
            .ThenBy(p => p.Value, StringComparer.Ordinal);
        var separator = "";
        foreach (var (name, value) in encoded)
        {
            text.Append(separator).Append(name).Append('=').Append(value);
            separator = "&";
        }
    }

    // Values of a repeated header are joined by commas; runs of spaces count as one.
    private static void AppendHeader(StringBuilder text, IHeaderDictionary headers, string name)
    {
        var separator = "";
        foreach (var value in headers[name])
        {
            text.Append(separator);
            separator = ",";
            var space = false;
            foreach (var c in (value ?? "").AsSpan().Trim())
            {
                if (c != ' ' || !space)
                    text.Append(c);
                space = c == ' ';
            }
        }
    }
}
