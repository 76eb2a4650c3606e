using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace MoviesNow.Storage.Tests.Support;

/// <summary>A server that misbehaves as a test tells it to.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private ScriptedServer(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.Run(http =>
        {
            Interlocked.Increment(ref _requests);
            return answer(http);
        });
    }

    public string Url => _app.Urls.First();

    public int Requests => Volatile.Read(ref _requests);

    public static async Task<ScriptedServer> StartAsync(Func<HttpContext, Task> answer)
    {
        var server = new ScriptedServer(answer);
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
