namespace GrpcTests.Harness;

/// <summary>Keeps the bodies of the calls that pass.</summary>
public sealed class WireRecorder() : DelegatingHandler(new SocketsHttpHandler())
{
    public byte[] RequestBody { get; private set; } = [];

    public string? RequestEncoding { get; private set; }

    public byte[] ResponseBody { get; private set; } = [];

    public string? ResponseEncoding { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RequestBody = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        RequestEncoding = EncodingOf(request.Headers);
        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        ResponseBody = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        ResponseEncoding = EncodingOf(response.Headers);
        return response;
    }

    private static string? EncodingOf(System.Net.Http.Headers.HttpHeaders headers) =>
        headers.TryGetValues("grpc-encoding", out var values) ? values.Single() : null;
}
