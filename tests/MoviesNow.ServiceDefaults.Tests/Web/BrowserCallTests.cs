using System.Net;
using System.Net.Http.Headers;
using Google.Rpc;
using Microsoft.Extensions.Options;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Tests.Harness;

namespace MoviesNow.ServiceDefaults.Tests.Web;

/// <summary>What a browser is told on the <c>http</c> endpoint, header by header.</summary>
public sealed class BrowserCallTests : IAsyncLifetime
{
    private const string Page = "https://player.example";
    private const string Method = "/moviesnow.catalog.v1.TitleService/GetTitle";

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await StartAsync(("Cors:AllowedOrigins:0", Page), ("Cors:AllowedOrigins:1", "http://tv.example:81"));

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    [Theory]
    [InlineData(Page)]
    [InlineData("http://tv.example:81")]
    public async Task Preflight_AllowedOrigin_IsToldWhatItMaySendAndForHowLong(string origin)
    {
        using var answer = await PreflightAsync(_host, origin);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(origin, Find(answer, "Access-Control-Allow-Origin"));
        Assert.Equal("7200", Find(answer, "Access-Control-Max-Age"));
        Assert.Equal("POST", Find(answer, "Access-Control-Allow-Methods"));
        Assert.Equal(
            "authorization,content-type,grpc-timeout,idempotency-key,traceparent,tracestate,x-api-key,x-grpc-web,x-user-agent",
            string.Join(',', Find(answer, "Access-Control-Allow-Headers")!.Split(',').Order(StringComparer.Ordinal)));
        Assert.Null(Find(answer, "Access-Control-Allow-Credentials"));
        Assert.Equal("Origin", Find(answer, "Vary"));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://player.example")]
    [InlineData("https://player.example:8443")]
    [InlineData("https://player.example.evil.example")]
    [InlineData("http://localhost:5173")]
    [InlineData("null")]
    public async Task Preflight_OtherOrigin_IsToldNothing(string origin)
    {
        using var answer = await PreflightAsync(_host, origin);

        Assert.Null(Find(answer, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Preflight_NoOriginsConfigured_IsToldNothing()
    {
        await using var host = await StartAsync();
        using var answer = await PreflightAsync(host, Page);

        Assert.Null(Find(answer, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Preflight_Loopback_AnyPortMay()
    {
        await using var host = await StartAsync(("Cors:AllowLoopback", "true"));
        using var loopback = await PreflightAsync(host, "http://localhost:5173");
        using var other = await PreflightAsync(host, "http://localhost.evil.example");

        Assert.Equal("http://localhost:5173", Find(loopback, "Access-Control-Allow-Origin"));
        Assert.Null(Find(other, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Preflight_AnyOriginConfirmed_EveryPageMay()
    {
        await using var host = await StartAsync(("Cors:AllowedOrigins:0", "*"), ("Cors:AllowAnyOrigin", "true"));
        using var answer = await PreflightAsync(host, "https://anybody.example");

        Assert.Equal("*", Find(answer, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Preflight_Credentials_AreAllowedWhenConfigured()
    {
        await using var host = await StartAsync(("Cors:AllowedOrigins:0", Page), ("Cors:AllowCredentials", "true"));
        using var answer = await PreflightAsync(host, Page);

        Assert.Equal("true", Find(answer, "Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("application/grpc-web+proto", Method, "0a057468726565", ErrorReason.Unimplemented)]
    [InlineData("application/grpc-web+proto", "/moviesnow.catalog.v1.TitleService/NoSuchMethod", "", ErrorReason.Unimplemented)]
    [InlineData("application/grpc-web-text", "/moviesnow.catalog.v1.NoSuchService/GetTitle", "", ErrorReason.Unimplemented)]
    [InlineData("application/grpc-web+proto", "/moviesnow.catalog.v1.TitleService/CreateTitle", "", ErrorReason.Unauthenticated)]
    [InlineData("application/grpc-web+proto", Method, "0a7f", ErrorReason.Internal)]
    [InlineData("application/grpc-web-text", Method, "not base64!", ErrorReason.Internal)]
    public async Task Post_Refused_IsRichAndReadable(string contentType, string path, string message, ErrorReason reason)
    {
        using var answer = await PostAsync(_host, contentType, path, message);
        var details = Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(Padded(Find(answer, "grpc-status-details-bin")!)));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        // The service answers binary or base64 as asked. It leaves out the suffix, and clients then assume protobuf.
        Assert.Equal(contentType.Replace("+proto", "", StringComparison.Ordinal), answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"{(int)ErrorReasons.CodeOf(reason)}", Find(answer, "grpc-status"));
        Assert.Equal(ErrorReasons.NameOf(reason), details.Details.Single(detail => detail.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>().Reason);
        Assert.Equal(Page, Find(answer, "Access-Control-Allow-Origin"));
        Assert.Equal(
            "grpc-encoding,grpc-message,grpc-status,grpc-status-details-bin,idempotency-status,quota-bundles-remaining,quota-downloads-remaining,quota-reset-seconds",
            string.Join(',', Find(answer, "Access-Control-Expose-Headers")!.Split(',').Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Post_MethodWithSecrets_IsNotStored()
    {
        using var answer = await PostAsync(_host, "application/grpc-web+proto", "/moviesnow.telemetry.v1.PlaybackSessionService/StartSession", "");

        Assert.Equal("no-store", Find(answer, "Cache-Control"));
        Assert.Equal("no-cache", Find(answer, "Pragma"));
    }

    [Fact]
    public async Task Start_WrongOrigin_NamesTheSetting()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(("Cors:AllowedOrigins:0", "https://player.example/")));

        Assert.Contains("Cors:AllowedOrigins:0", failure.Message, StringComparison.Ordinal);
    }

    private static Task<TestHost> StartAsync(params (string Key, string? Value)[] settings) => TestHost.StartAsync(OpenServices.MapAll, configure: null, settings);

    private Task<HttpResponseMessage> PreflightAsync(TestHost host, string origin)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, new Uri(host.Http, Method));
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "content-type,x-grpc-web");
        return _http.SendAsync(request);
    }

    private Task<HttpResponseMessage> PostAsync(TestHost host, string contentType, string path, string message)
    {
        var isText = contentType.EndsWith("text", StringComparison.Ordinal);
        byte[] body = isText ? System.Text.Encoding.ASCII.GetBytes(message) : [0, 0, 0, 0, (byte)(message.Length / 2), .. Convert.FromHexString(message)];
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Http, path)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        request.Headers.Add("Origin", Page);
        // As clients do: grpc-web asks for base64 when it sends base64; connect-web leaves it to fetch.
        request.Headers.Add("Accept", isText ? contentType : "*/*");
        return _http.SendAsync(request);
    }

    private static string Padded(string base64) => base64.PadRight((base64.Length + 3) / 4 * 4, '=');

    private static string? Find(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}
