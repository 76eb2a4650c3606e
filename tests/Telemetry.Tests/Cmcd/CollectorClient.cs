using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using MoviesNow.Telemetry.V1;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Cmcd;

/// <summary>A player's side of the collector.</summary>
internal sealed class CollectorClient(TelemetryHost host) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    public static string Target(StartSessionResponse session) => $"/cmcd?session={session.SessionId}&token={session.SessionToken}";

    public Task<HttpResponseMessage> PostAsync(StartSessionResponse session, string body, string type = "application/cmcd", int replica = 0) =>
        PostAsync(Target(session), Encoding.UTF8.GetBytes(body), type, replica: replica);

    public Task<HttpResponseMessage> PostAsync(string target, byte[] body, string? type, string? encoding = null, int replica = 0)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
        {
            content.Headers.TryAddWithoutValidation("content-encoding", encoding);
        }

        return SendAsync(HttpMethod.Post, target, content, replica: replica);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string target, HttpContent? content = null, int replica = 0, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(host.WebAddress(replica), target)) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _http.SendAsync(request);
    }

    public static byte[] Gzip(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(body);
        }

        return packed.ToArray();
    }

    /// <summary>A report with a number.</summary>
    public static string Line(int number, string keys, DateTimeOffset? time = null) => string.Create(
        CultureInfo.InvariantCulture, $"{keys},sn={number},ts={(time ?? TimeProvider.System.GetUtcNow()).ToUnixTimeMilliseconds()},v=2");

    public void Dispose() => _http.Dispose();
}
