using System.Buffers.Binary;
using System.Net;
using System.Text;
using Grpc.Core;
using GrpcTests.Sample;

namespace GrpcTests.Web;

/// <summary>An answer as a gRPC-Web client reads it.</summary>
public sealed class GrpcWebAnswer
{
    private const byte TrailerFlag = 0x80;
    private const int PrefixLength = 5;

    private GrpcWebAnswer(HttpResponseMessage response, byte[] body)
    {
        HttpStatus = response.StatusCode;
        ContentType = response.Content.Headers.ContentType?.ToString();
        Body = body;
        Headers = response.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
        HttpTrailers = response.TrailingHeaders.Count();
        ReadFrames();
    }

    public HttpStatusCode HttpStatus { get; }

    public string? ContentType { get; }

    /// <summary>Decoded.</summary>
    public byte[] Body { get; }

    public Dictionary<string, string> Headers { get; }

    public int HttpTrailers { get; }

    public List<(byte Flag, byte[] Payload)> Messages { get; } = [];

    /// <summary>The last frame's text; null without one.</summary>
    public string? TrailerBlock { get; private set; }

    public Dictionary<string, string> Trailers { get; } = new(StringComparer.Ordinal);

    public IEnumerable<EchoResponse> Echoes => Messages.Select(message => EchoResponse.Parser.ParseFrom(message.Payload));

    /// <summary>In the body, else in the headers.</summary>
    public StatusCode Status => (StatusCode)int.Parse(Find("grpc-status") ?? "-1", System.Globalization.CultureInfo.InvariantCulture);

    public string Message => Uri.UnescapeDataString(Find("grpc-message") ?? "");

    public static async Task<GrpcWebAnswer> ReadAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsByteArrayAsync();
        var isText = response.Content.Headers.ContentType?.MediaType?.StartsWith("application/grpc-web-text", StringComparison.Ordinal) == true;
        return new GrpcWebAnswer(response, isText ? Decode(Encoding.ASCII.GetString(body)) : body);
    }

    /// <summary>Base64 in pieces that are padded each for itself.</summary>
    public static byte[] Decode(string text) =>
        [.. Enumerable.Range(0, text.Length / 4).SelectMany(group => Convert.FromBase64String(text.Substring(group * 4, 4)))];

    private string? Find(string name) => Trailers.GetValueOrDefault(name) ?? Headers.GetValueOrDefault(name);

    private void ReadFrames()
    {
        if (ContentType?.StartsWith("application/grpc-web", StringComparison.Ordinal) != true)
            return;

        for (var rest = Body.AsSpan(); !rest.IsEmpty;)
        {
            Assert.Null(TrailerBlock);
            var (flag, length) = (rest[0], BinaryPrimitives.ReadInt32BigEndian(rest[1..]));
            var payload = rest.Slice(PrefixLength, length).ToArray();
            rest = rest[(PrefixLength + length)..];
            if (flag == TrailerFlag)
                ReadTrailers(Encoding.UTF8.GetString(payload));
            else
                Messages.Add((flag, payload));
        }
    }

    private void ReadTrailers(string block)
    {
        TrailerBlock = block;
        foreach (var line in block.Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
            Trailers.Add(line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..].Trim());
    }
}
