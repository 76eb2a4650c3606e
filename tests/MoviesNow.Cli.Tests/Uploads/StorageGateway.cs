using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace MoviesNow.Cli.Tests.Uploads;

/// <summary>
/// Stands between clients and the bucket: presigned URLs lead here. It counts what the storage took, and answers, holds or cuts what a test wants
/// to fail. Host headers pass unchanged, so that signatures stay good.
/// </summary>
internal sealed class StorageGateway : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly WebApplication _app;
    private readonly string _target;

    private StorageGateway(WebApplication app, string target) => (_app, _target) = (app, target);

    /// <summary>Where it listens.</summary>
    public string Url => _app.Urls.Single();

    /// <summary>Is asked before a request is sent on; true when it was answered otherwise.</summary>
    public Func<HttpContext, Task<bool>> Before { get; set; } = _ => Task.FromResult(false);

    /// <summary>Is told of a PUT that the storage took, before its sender is.</summary>
    public Action<HttpContext> AfterStored { get; set; } = _ => { };

    /// <summary>Sends the body of the storage's answer to the client.</summary>
    public Func<HttpContext, Stream, Task> Relay { get; set; } = RelayAsync;

    /// <summary>The paths and queries of the requests that the storage took.</summary>
    public ConcurrentQueue<string> Stored { get; private set; } = new();

    public static async Task<StorageGateway> StartAsync(string target)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var app = builder.Build();
        var gateway = new StorageGateway(app, target);
        app.Run(gateway.ForwardAsync);
        await app.StartAsync();
        return gateway;
    }

    /// <summary>No faults, and nothing counted.</summary>
    public void Reset() => (Before, AfterStored, Relay, Stored) = (_ => Task.FromResult(false), _ => { }, RelayAsync, new());

    /// <summary>Answers as S3 does.</summary>
    public static async Task<bool> RefuseAsync(HttpContext context, int status, string code)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        context.Response.StatusCode = status;
        await context.Response.WriteAsync($"<Error><Code>{code}</Code></Error>");
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private static Task RelayAsync(HttpContext context, Stream body) => body.CopyToAsync(context.Response.Body, context.RequestAborted);

    private async Task ForwardAsync(HttpContext context)
    {
        if (await Before(context))
        {
            return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), $"{_target}{context.Request.Path.ToUriComponent()}{context.Request.QueryString}");
        request.Content = HttpMethods.IsPut(context.Request.Method) ? new StreamContent(context.Request.Body) : null;
        foreach (var (name, values) in context.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        if (answer.IsSuccessStatusCode)
        {
            Stored.Enqueue($"{context.Request.Path}{context.Request.QueryString}");
            AfterStored(context);
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (name is not "Transfer-Encoding")
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        await Relay(context, await answer.Content.ReadAsStreamAsync(context.RequestAborted));
    }
}
