using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using MoviesNow.EmbeddedServers;

namespace UploadTests.Support;

/// <summary>
/// Stands between the service and its storage, and loses answers: the request reaches storage and has its effect, and its sender sees a
/// broken connection. Host headers pass unchanged, so signatures stay good.
/// </summary>
internal sealed class LossyS3 : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly WebApplication _app;
    private readonly string _target;
    private int _losses;
    private Func<HttpRequest, bool> _loses = _ => false;

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
    public void Lose(int count, Func<HttpRequest, bool> kind)
    {
        _loses = kind;
        Volatile.Write(ref _losses, count);
    }

    public static bool IsPut(HttpRequest request) => HttpMethods.IsPut(request.Method) && !request.Query.ContainsKey("uploadId");

    public static bool IsComplete(HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Query.ContainsKey("uploadId");

    public static bool IsCreateMultipart(HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Query.ContainsKey("uploads");

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), $"{_target}{context.Request.Path.ToUriComponent()}{context.Request.QueryString}");
        if (HttpMethods.IsPut(context.Request.Method) || HttpMethods.IsPost(context.Request.Method))
            request.Content = new StreamContent(context.Request.Body);
        foreach (var (name, values) in context.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        if (_loses(context.Request) && Interlocked.Decrement(ref _losses) >= 0)
        {
            await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
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
