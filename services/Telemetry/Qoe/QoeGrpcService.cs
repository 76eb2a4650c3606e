using Grpc.Core;
using Microsoft.Extensions.Options;
using MoviesNow.Telemetry.Live;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Qoe;

/// <summary>Quality of experience, over time and now.</summary>
internal sealed class QoeGrpcService(QoeStore store, LiveFeed live, IOptions<QoeOptions> options, TimeProvider time) : QoeService.QoeServiceBase
{
    public override async Task<GetQoeResponse> GetQoe(GetQoeRequest request, ServerCallContext context)
    {
        var query = QoeQuery.Read(request, options.Value, time.GetUtcNow());
        return (await store.ReadAsync(query, context.CancellationToken)).ToMessage();
    }

    public override Task WatchLive(WatchLiveRequest request, IServerStreamWriter<WatchLiveResponse> responseStream, ServerCallContext context) =>
        live.SendAsync(LiveRequest.Read(request), responseStream, context.CancellationToken);
}
