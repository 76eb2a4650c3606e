using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Rpc;
using Grpc.Core;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.ServiceDefaults.Tests.Harness;

/// <summary>gRPC over plain HTTP/2, without a gRPC library: what a client of another kind sees and may send.</summary>
internal static class RawCall
{
    private const int PrefixLength = 5;

    /// <summary>Sends one message; as compressed, when the header <c>grpc-encoding</c> is among the headers.</summary>
    public static async Task<RawAnswer> PostAsync(HttpClient client, Uri address, byte[] message, IReadOnlyCollection<(string Name, string Value)> headers)
    {
        var body = new byte[PrefixLength + message.Length];
        body[0] = (byte)(headers.Any(header => header.Name is "grpc-encoding") ? 1 : 0);
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), message.Length);
        message.CopyTo(body, PrefixLength);
        return await SendAsync(client, address, body, headers);
    }

    /// <summary>Sends a body that need be no message.</summary>
    public static async Task<RawAnswer> SendAsync(HttpClient client, Uri address, byte[] body, IReadOnlyCollection<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        using var response = await client.SendAsync(request);
        var payload = await response.Content.ReadAsByteArrayAsync();
        return new RawAnswer(response, payload.Length > PrefixLength ? payload[PrefixLength..] : []);
    }
}

/// <summary>What came back.</summary>
internal sealed class RawAnswer(HttpResponseMessage response, byte[] message)
{
    public byte[] Message { get; } = message;

    public HttpStatusCode HttpStatus { get; } = response.StatusCode;

    public StatusCode Code { get; } = (StatusCode)int.Parse(Find(response, "grpc-status") ?? "-1", CultureInfo.InvariantCulture);

    public string Text { get; } = Uri.UnescapeDataString(Find(response, "grpc-message") ?? "");

    public string CacheControl { get; } = Find(response, "cache-control") ?? "";

    public string Pragma { get; } = Find(response, "pragma") ?? "";

    /// <summary>All headers and trailers.</summary>
    public string Everything { get; } = $"{response.Headers}{response.TrailingHeaders}";

    public Google.Rpc.Status? Details { get; } =
        Find(response, RpcErrors.DetailsTrailer) is { } base64 ? Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(base64)) : null;

    /// <summary>The reason of the only ErrorInfo, or OK.</summary>
    public string Reason => Code is StatusCode.OK
        ? "OK"
        : Assert.Single(Details?.Details.Where(detail => detail.Is(ErrorInfo.Descriptor)) ?? []).Unpack<ErrorInfo>().Reason;

    private static string? Find(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? string.Join(',', values) : null;
}
