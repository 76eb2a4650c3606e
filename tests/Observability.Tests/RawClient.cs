using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;

namespace MoviesNow.Observability.Tests;

/// <summary>A client outside of this process, as far as traces go: each call begins a trace of its own, which is recorded.</summary>
internal sealed class RawClient : IDisposable
{
    private const int PrefixLength = 5;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });

    /// <summary>Sends one message to a method.</summary>
    /// <returns>The status, and the id of the trace.</returns>
    public async Task<(StatusCode Status, string TraceId)> CallAsync(Uri address, string path, IMessage message, params IEnumerable<(string Name, string Value)> headers)
    {
        var traceId = ActivityTraceId.CreateRandom().ToHexString();
        var body = new byte[PrefixLength + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), body.Length - PrefixLength);
        message.WriteTo(body.AsSpan(PrefixLength));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("traceparent", $"00-{traceId}-b7ad6b7169203331-01");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        var status = Find(response.TrailingHeaders) ?? Find(response.Headers) ?? "2";
        return ((StatusCode)int.Parse(status, CultureInfo.InvariantCulture), traceId);
    }

    public Task<HttpResponseMessage> GetAsync(Uri address) => _http.GetAsync(address);

    public void Dispose() => _http.Dispose();

    private static string? Find(HttpResponseHeaders headers) => headers.TryGetValues("grpc-status", out var values) ? values.First() : null;
}
