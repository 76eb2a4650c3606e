using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Tests.Harness;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.ServiceDefaults.Tests.Errors;

/// <summary>A deadline that the server enforces is answered with the details of every error, whatever the call had answered by then.</summary>
public sealed class DeadlineTests : IAsyncLifetime
{
    private const string Unary = "/moviesnow.catalog.v1.TitleService/GetTitle";
    private const string ClientStreaming = "/moviesnow.telemetry.v1.PlaybackSessionService/StreamEvents";
    private const string ServerStreaming = "/moviesnow.telemetry.v1.QoeService/WatchLive";

    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private int _messages;
    private TestHost _host = null!;

    // The methods do not listen to their token, so that no answer is theirs.
    public async Task InitializeAsync() => _host = await TestHost.StartAsync(ScriptedServices.Map, ScriptedServices.With(new Script
    {
        GetTitle = async _ =>
        {
            await _end.Task;
            return new GetTitleResponse();
        },
        StreamEvents = async (_, _) =>
        {
            await _end.Task;
            return new StreamEventsResponse();
        },
        WatchLive = async (responses, _) =>
        {
            for (var i = 0; i < _messages; i++)
            {
                await responses.WriteAsync(new WatchLiveResponse { ConcurrentViewers = 1 });
            }

            await _end.Task;
        },
    }));

    public async Task DisposeAsync()
    {
        _end.TrySetResult();
        await _host.StopAsync();
        Assert.True(!_host.Logs.Errors.Any(), _host.Logs.Text);
        _http.Dispose();
        await _host.DisposeAsync();
    }

    [Theory]
    [InlineData(Unary, 0)]
    [InlineData(ClientStreaming, 0)]
    [InlineData(ServerStreaming, 0)]
    [InlineData(ServerStreaming, 1)]
    [InlineData(ServerStreaming, 100)]
    public async Task Deadline_Passed_IsRich(string path, int messages)
    {
        _messages = messages;

        var answer = await _host.PostAsync(path, null, ("grpc-timeout", TimeoutFor(messages)), ("authorization", $"Bearer {TokenFor(path)}"));

        Assert.Equal(StatusCode.DeadlineExceeded, answer.Code);
        Assert.Equal(ErrorReasons.NameOf(ErrorReason.DeadlineExceeded), answer.Reason);
        Assert.Equal(ErrorReasons.MessageOf(ErrorReason.DeadlineExceeded), answer.Text);
        Assert.Equal((int)StatusCode.DeadlineExceeded, answer.Details!.Code);
        Assert.Equal(messages > 0, answer.Message.Length > 0);
    }

    [Theory]
    [InlineData(Unary, 0, "application/grpc-web")]
    [InlineData(ServerStreaming, 0, "application/grpc-web-text")]
    [InlineData(ServerStreaming, 1, "application/grpc-web")]
    [InlineData(ServerStreaming, 100, "application/grpc-web-text")]
    [InlineData(ServerStreaming, int.MaxValue, "application/grpc-web")]
    [InlineData(ServerStreaming, int.MaxValue, "application/grpc-web-text")]
    public async Task Deadline_PassedForABrowser_IsRich(string path, int messages, string type)
    {
        _messages = messages;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_host.Http, path));
        var isText = type.EndsWith("text", StringComparison.Ordinal);
        request.Content = new ByteArrayContent(isText ? "AAAAAAA="u8.ToArray() : new byte[5]) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        request.Headers.Add("grpc-timeout", TimeoutFor(messages));
        // A client that sends base64 asks for it too.
        request.Headers.Add("Accept", isText ? type : "*/*");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TokenFor(path));

        using var response = await _http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        // Without a message before it, and on a busy machine there may be none in time, the status is in the headers.
        var trailers = response.Headers.Contains("grpc-status") ? response.Headers.ToString().ReplaceLineEndings("\r\n") : isText ? Decode(body) : body;
        Assert.Contains("grpc-status: 4\r\n", trailers, StringComparison.Ordinal);
        var details = trailers.Split("\r\n").Single(line => line.StartsWith(RpcErrors.DetailsTrailer, StringComparison.Ordinal)).Split(": ")[1];
        var status = Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(details));
        Assert.Equal("DEADLINE_EXCEEDED", Assert.Single(status.Details).Unpack<Google.Rpc.ErrorInfo>().Reason);
    }

    // The first message comes well before the deadline: in its very moment the status may be the server's bare one (DeadlineBody).
    private static string TimeoutFor(int messages) => messages > 0 ? "2S" : "200m";

    [Fact]
    public async Task Deadline_NotPassed_ChangesNothing()
    {
        _end.SetResult();
        _messages = 1;

        var answer = await _host.PostAsync(ServerStreaming, null, ("grpc-timeout", "1H"), ("authorization", $"Bearer {TokenFor(ServerStreaming)}"));

        Assert.Equal((StatusCode.OK, null), (answer.Code, answer.Details));
        Assert.NotEmpty(answer.Message);
    }

    private static string TokenFor(string path) => (path == ServerStreaming ? Who.Admin : Who.Service).Token();

    /// <summary>Base64 in pieces, each padded for itself.</summary>
    private static string Decode(string text) =>
        Encoding.UTF8.GetString([.. text.Chunk(4).SelectMany(group => Convert.FromBase64CharArray(group, 0, group.Length))]);
}
