using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using MoviesNow.EmbeddedServers;

namespace UploadTests.Support;

/// <summary>What goes wrong between a sender and storage.</summary>
internal enum StorageFault
{
    /// <summary>The request has its effect, and its sender sees a broken connection.</summary>
    LosesAnswer,

    /// <summary>The request has its effect, and its sender waits for an answer until it gives up.</summary>
    Silent,

    /// <summary>500 InternalError, without an effect.</summary>
    InternalError,

    /// <summary>503 SlowDown, without an effect.</summary>
    SlowDown,

    /// <summary>The connection breaks in the middle of the request's body.</summary>
    CutsBody,

    /// <summary>One bit of the request's body is another.</summary>
    FlipsBit,
}

/// <summary>
/// Stands between a sender and storage, and lets go wrong what a test asks for. Host headers pass unchanged, so signatures stay good.
/// </summary>
internal sealed class LossyS3 : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly WebApplication _app;
    private readonly string _target;
    private int _left;
    private (StorageFault Fault, Func<HttpRequest, bool> Kind) _fault = (default, _ => false);
    private (TaskCompletionSource Reached, Task Released, Func<HttpRequest, bool> Kind)? _hold;

    private LossyS3(WebApplication app, string target) => (_app, _target) = (app, target);

    public string Url { get; private init; } = "";

    public static async Task<LossyS3> StartAsync(string target)
    {
        var url = $"http://127.0.0.1:{FreePort.Next()}";
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        app.Urls.Add(url);
        var gateway = new LossyS3(app, target) { Url = url };
        app.Run(gateway.ForwardAsync);
        await app.StartAsync();
        return gateway;
    }

    /// <summary>Loses the answers of the next so many requests of a kind.</summary>
    public void Lose(int count, Func<HttpRequest, bool> kind) => Inject(StorageFault.LosesAnswer, kind, count);

    /// <summary>Lets the next so many requests of a kind go wrong.</summary>
    public void Inject(StorageFault fault, Func<HttpRequest, bool> kind, int count = int.MaxValue)
    {
        _fault = (fault, kind);
        Volatile.Write(ref _left, count);
    }

    /// <summary>Nothing goes wrong any more.</summary>
    public void Heal() => Volatile.Write(ref _left, 0);

    /// <summary>Holds the next request of a kind before it has its effect, until a task ends.</summary>
    /// <returns>Ends when there is one.</returns>
    public Task HoldAsync(Func<HttpRequest, bool> kind, Task released)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _hold = (reached, released, kind);
        return reached.Task;
    }

    public static bool IsAny(HttpRequest request) => true;

    public static bool IsPut(HttpRequest request) => HttpMethods.IsPut(request.Method) && !request.Query.ContainsKey("uploadId");

    public static bool IsComplete(HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Query.ContainsKey("uploadId");

    public static bool IsCreateMultipart(HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Query.ContainsKey("uploads");

    public static bool IsHead(HttpRequest request) => HttpMethods.IsHead(request.Method);

    public static bool IsDelete(HttpRequest request) => HttpMethods.IsDelete(request.Method);

    public static bool IsPart(HttpRequest request) => HttpMethods.IsPut(request.Method) && request.Query.ContainsKey("uploadId");

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        if (_hold is { } hold && hold.Kind(context.Request))
        {
            _hold = null;
            hold.Reached.TrySetResult();
            await hold.Released;
        }

        StorageFault? fault = _fault.Kind(context.Request) && Interlocked.Decrement(ref _left) >= 0 ? _fault.Fault : null;
        if (fault is StorageFault.InternalError or StorageFault.SlowDown)
        {
            context.Response.StatusCode = fault is StorageFault.SlowDown ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError;
            await context.Response.WriteAsync($"<Error><Code>{fault}</Code><Message>Bucket media at {_target} has trouble.</Message></Error>");
            return;
        }

        try
        {
            using var request = await RequestAsync(context, fault);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            await AnswerAsync(context, answer, fault);
        }
        catch (HttpRequestException) when (fault is StorageFault.CutsBody)
        {
            context.Abort();
        }
    }

    private async Task<HttpRequestMessage> RequestAsync(HttpContext context, StorageFault? fault)
    {
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), $"{_target}{context.Request.Path.ToUriComponent()}{context.Request.QueryString}");
        if (HttpMethods.IsPut(context.Request.Method) || HttpMethods.IsPost(context.Request.Method))
        {
            request.Content = fault is StorageFault.CutsBody or StorageFault.FlipsBit
                ? new StreamContent(await SpoiltAsync(context, fault.Value))
                : new StreamContent(context.Request.Body);
        }

        foreach (var (name, values) in context.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        return request;
    }

    /// <summary>The body of a request with another bit in its middle, or without its second half.</summary>
    private static async Task<Stream> SpoiltAsync(HttpContext context, StorageFault fault)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var bytes = body.ToArray();
        if (fault is StorageFault.CutsBody)
            return new MemoryStream(bytes, 0, bytes.Length / 2);
        bytes[bytes.Length / 2] ^= 1;
        return new MemoryStream(bytes);
    }

    private static async Task AnswerAsync(HttpContext context, HttpResponseMessage answer, StorageFault? fault)
    {
        if (fault is StorageFault.LosesAnswer or StorageFault.Silent)
        {
            await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
            if (fault is StorageFault.Silent)
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (name is not "Transfer-Encoding")
                context.Response.Headers[name] = values.ToArray();
        }

        if (!HttpMethods.IsHead(context.Request.Method))
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
