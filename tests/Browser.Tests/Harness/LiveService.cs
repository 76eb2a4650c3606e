using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MoviesNow.ServiceDefaults;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Browser.Tests.Harness;

/// <summary>A host with the defaults of every service, whose WatchLive sends what a test writes, when it writes it.</summary>
public sealed class LiveService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Script _script;

    private LiveService(WebApplication app, Script script) => (_app, _script) = (app, script);

    public string Address => _app.Urls.Single();

    public static async Task<LiveService> StartAsync(string origin)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = Path.GetTempPath(), EnvironmentName = "Production" });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Auth:LocalSigningKey"] = Identity.SigningKey,
            ["Cors:AllowedOrigins:0"] = origin,
        });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        builder.AddServiceDefaults();
        var script = new Script();
        builder.Services.AddSingleton(script);
        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapGrpcService<Qoe>();
        await app.StartAsync();
        return new LiveService(app, script);
    }

    /// <summary>What is sent to the watcher of a title, until it is completed.</summary>
    public ChannelWriter<WatchLiveResponse> To(string titleId) => _script.Of(titleId).Messages.Writer;

    /// <summary>Ends when the watcher of a title is gone.</summary>
    public Task GoneAsync(string titleId) => _script.Of(titleId).Gone.Task.WaitAsync(TimeSpan.FromMinutes(1));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class Script
    {
        private readonly ConcurrentDictionary<string, Watch> _watches = new(StringComparer.Ordinal);

        public Watch Of(string titleId) => _watches.GetOrAdd(titleId, _ => new Watch(Channel.CreateUnbounded<WatchLiveResponse>(), new TaskCompletionSource()));
    }

    private sealed record Watch(Channel<WatchLiveResponse> Messages, TaskCompletionSource Gone);

    private sealed class Qoe(Script script) : QoeService.QoeServiceBase
    {
        public override async Task WatchLive(WatchLiveRequest request, IServerStreamWriter<WatchLiveResponse> responseStream, ServerCallContext context)
        {
            var watch = script.Of(request.TitleId);
            await using var gone = context.CancellationToken.Register(() => watch.Gone.TrySetResult());
            await foreach (var message in watch.Messages.Reader.ReadAllAsync(context.CancellationToken))
            {
                await responseStream.WriteAsync(message, context.CancellationToken);
            }
        }
    }
}
