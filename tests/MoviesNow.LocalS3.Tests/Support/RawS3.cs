using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Signing;

namespace MoviesNow.LocalS3.Tests.Support;

/// <summary>Sends requests that an SDK would not: every part of the signature can be wrong on purpose.</summary>
internal sealed class RawS3(LocalS3Host host, TimeProvider clock) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None });

    public Task<RawResponse> SendAsync(string method, string target, byte[]? body = null, params (string Name, string Value)[] headers) =>
        SendAsync(new RawRequest(method, target) { Body = body, Headers = headers });

    public async Task<RawResponse> SendAsync(RawRequest request)
    {
        using var message = Message(request);
        using var response = await _http.SendAsync(message);
        return await RawResponse.ReadAsync(response);
    }

    /// <summary>A presigned address, relative to the endpoint.</summary>
    public string Presign(string method, string target, int expires = 600, TimeSpan age = default, string? secret = null, string? region = null, params (string Name, string Value)[] headers)
    {
        var timestamp = (clock.GetUtcNow() - age).UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'");
        var credential = new CredentialScope(host.AccessKey, timestamp[..8], region ?? host.Region, "s3");
        var signed = SignedHeaders(headers, "host");
        var separator = target.Contains('?') ? "&" : "?";
        var unsigned = $"{target}{separator}X-Amz-Algorithm=AWS4-HMAC-SHA256"
            + $"&X-Amz-Credential={UriCodec.Encode($"{credential.AccessKey}/{credential.Scope}", keepSlash: false)}&X-Amz-Date={timestamp}"
            + $"&X-Amz-Expires={expires}&X-Amz-SignedHeaders={UriCodec.Encode(string.Join(';', signed), keepSlash: false)}";
        return $"{unsigned}&X-Amz-Signature={Sign(method, unsigned, headers, signed, "UNSIGNED-PAYLOAD", timestamp, credential, secret ?? host.SecretKey)}";
    }

    public void Dispose() => _http.Dispose();

    public HttpRequestMessage Message(RawRequest request)
    {
        var target = request.Target;
        var headers = request.Headers.ToList();
        if (!request.Anonymous)
        {
            var timestamp = (clock.GetUtcNow() + request.Skew).UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'");
            var payload = request.PayloadHash ?? Convert.ToHexStringLower(SHA256.HashData(request.Body ?? []));
            headers.Add(("x-amz-date", timestamp));
            headers.Add(("x-amz-content-sha256", payload));
            var credential = new CredentialScope(request.AccessKey ?? host.AccessKey, timestamp[..8], request.Region ?? host.Region, request.Service);
            var signed = SignedHeaders(headers.Where(h => !request.Unsigned.Contains(h.Name)), "host");
            var signature = Sign(request.Method, target, headers, signed, payload, timestamp, credential, request.Secret ?? host.SecretKey);
            request.Seed = (signature, timestamp, credential);
            headers.Add(("Authorization",
                $"AWS4-HMAC-SHA256 Credential={credential.AccessKey}/{credential.Scope}, SignedHeaders={string.Join(';', signed)}, Signature={signature}"));
        }

        var uri = new Uri(host.Url + (request.SendTarget ?? target), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var message = new HttpRequestMessage(new HttpMethod(request.SendMethod ?? request.Method), uri);
        if (request.Host is not null)
            message.Headers.Host = request.Host;
        if (request.BodyFor?.Invoke(request) is { } late)
            message.Content = new ByteArrayContent(late);
        else if (request.Body is not null)
            message.Content = new ByteArrayContent(request.Body);
        foreach (var (name, value) in headers.Concat(request.ExtraHeaders).Where(h => h.Name != "host"))
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content ??= new ByteArrayContent([]);
                message.Content.Headers.Remove(name);
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    private string Sign(
        string method, string target, IEnumerable<(string Name, string Value)> headers, string[] signed, string payload, string timestamp, CredentialScope credential, string secret)
    {
        var dictionary = new HeaderDictionary { ["host"] = headers.FirstOrDefault(h => h.Name == "host").Value ?? new Uri(host.Url).Authority };
        foreach (var (name, value) in headers)
            dictionary[name] = value;
        var parsed = S3Target.Parse(target, "localhost", null)!;
        var canonical = CanonicalRequest.Build(method, parsed.Path, parsed.Query, dictionary, signed, payload);
        return SigningKeys.Sign(SigningKeys.Derive(secret, credential), CanonicalRequest.StringToSign(timestamp, credential, canonical));
    }

    private static string[] SignedHeaders(IEnumerable<(string Name, string Value)> headers, string host) =>
        [.. headers.Select(h => h.Name.ToLowerInvariant()).Append(host).Distinct().Order(StringComparer.Ordinal)];
}

/// <summary>A request, and how its signature differs from the right one.</summary>
internal sealed record RawRequest(string Method, string Target)
{
    public byte[]? Body { get; init; }

    /// <summary>Makes the body once the signature is known, for chunks that continue it.</summary>
    public Func<RawRequest, byte[]>? BodyFor { get; init; }

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Sent, but added after signing.</summary>
    public IReadOnlyList<(string Name, string Value)> ExtraHeaders { get; init; } = [];

    /// <summary>Headers of <see cref="Headers"/> that are left out of the signature.</summary>
    public IReadOnlyList<string> Unsigned { get; init; } = [];

    public bool Anonymous { get; init; }

    public string? PayloadHash { get; init; }

    public string? AccessKey { get; init; }

    public string? Secret { get; init; }

    public string? Region { get; init; }

    public string Service { get; init; } = "s3";

    public TimeSpan Skew { get; init; }

    public string? Host { get; init; }

    /// <summary>What is sent instead of what was signed.</summary>
    public string? SendTarget { get; init; }

    public string? SendMethod { get; init; }

    public (string Signature, string Timestamp, CredentialScope Credential) Seed { get; set; }
}

internal sealed record RawResponse(int Status, byte[] Body, IReadOnlyDictionary<string, string> Headers)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public XElement Xml => XElement.Parse(Text);

    /// <summary>The code of the error document, or null.</summary>
    public string? Code => Body.Length == 0 || !Text.Contains("<Error>", StringComparison.Ordinal) ? null : Xml.Element("Code")?.Value;

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public IEnumerable<string> Values(string name) => Xml.Descendants().Where(e => e.Name.LocalName == name).Select(e => e.Value);

    public string? Value(string name) => Values(name).FirstOrDefault();

    public static async Task<RawResponse> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        await response.Content.ReadAsByteArrayAsync(),
        response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated).ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase));
}
