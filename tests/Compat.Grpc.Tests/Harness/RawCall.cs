using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace GrpcTests.Harness;

/// <summary>A gRPC call made by hand over HTTP/2, to see and shape what is on the wire.</summary>
public static class RawCall
{
    public static byte[] Frame(IMessage message) => Frame(message.ToByteArray(), compressed: false);

    /// <summary>The length-prefixed message of the gRPC protocol: a flag, four bytes of length, the payload.</summary>
    public static byte[] Frame(byte[] payload, bool compressed)
    {
        var frame = new byte[5 + payload.Length];
        frame[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), payload.Length);
        payload.CopyTo(frame, 5);
        return frame;
    }

    public static async Task<(byte[] Body, IReadOnlyDictionary<string, string> Trailers)> SendAsync(
        HttpClient http, string address, string method, byte[] frame, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{address}/sample.v1.SampleService/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.Add("te", "trailers");
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);

        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        var trailers = response.Headers.Concat(response.TrailingHeaders)
            .ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
        return (body, trailers);
    }
}
