using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Catalog.V1;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.ServiceDefaults.Tests.Harness;

/// <summary>What the methods of <see cref="ScriptedServices"/> do next.</summary>
internal sealed class Script
{
    public Func<ServerCallContext, Task<GetTitleResponse>> GetTitle { get; set; } = _ => Task.FromResult(new GetTitleResponse { Title = new Title() });

    public Func<IAsyncStreamReader<StreamEventsRequest>, ServerCallContext, Task<StreamEventsResponse>> StreamEvents { get; set; } =
        (_, _) => Task.FromResult(new StreamEventsResponse());

    public Func<IServerStreamWriter<WatchLiveResponse>, ServerCallContext, Task> WatchLive { get; set; } = (_, _) => Task.CompletedTask;
}

/// <summary>One method of each kind that the contract has: unary, client streaming, server streaming.</summary>
internal static class ScriptedServices
{
    public static Action<WebApplicationBuilder> With(Script script) => builder => builder.Services.AddSingleton(script);

    public static void Map(WebApplication app)
    {
        app.MapGrpcService<Titles>();
        app.MapGrpcService<Sessions>();
        app.MapGrpcService<Qoe>();
    }

    private sealed class Titles(Script script) : TitleService.TitleServiceBase
    {
        public override Task<GetTitleResponse> GetTitle(GetTitleRequest request, ServerCallContext context) => script.GetTitle(context);
    }

    private sealed class Sessions(Script script) : PlaybackSessionService.PlaybackSessionServiceBase
    {
        public override Task<StreamEventsResponse> StreamEvents(IAsyncStreamReader<StreamEventsRequest> requestStream, ServerCallContext context) =>
            script.StreamEvents(requestStream, context);
    }

    private sealed class Qoe(Script script) : QoeService.QoeServiceBase
    {
        public override Task WatchLive(WatchLiveRequest request, IServerStreamWriter<WatchLiveResponse> responseStream, ServerCallContext context) =>
            script.WatchLive(responseStream, context);
    }
}
