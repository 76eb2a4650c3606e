using System.Threading.Channels;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.AspNetCore.HealthChecks.Internal;

internal sealed class HealthService(
    HealthStatuses statuses, IOptions<GrpcHealthChecksOptions> options, IHostApplicationLifetime lifetime) : Health.V1.Health.HealthBase
{
    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        var status = await statuses.GetAsync(request.Service, context.CancellationToken)
            ?? throw new RpcException(new Status(StatusCode.NotFound, "The service is not known."));
        return new HealthCheckResponse { Status = status };
    }

    public override async Task<HealthListResponse> List(HealthListRequest request, ServerCallContext context)
    {
        var response = new HealthListResponse();
        foreach (var service in statuses.ServiceNames)
            response.Statuses[service] = new HealthCheckResponse { Status = await statuses.GetAsync(service, context.CancellationToken) ?? ServingStatus.Unknown };
        return response;
    }

    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        // One pending signal is enough: whoever reads it looks up the newest status.
        var signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void Signal(object? sender, EventArgs args) => signals.Writer.TryWrite(true);

        using var stopping = options.Value.SuppressCompletionOnShutdown
            ? default
            : lifetime.ApplicationStopping.Register(() => signals.Writer.TryComplete());
        statuses.Published += Signal;
        try
        {
            var last = await statuses.GetAsync(request.Service, context.CancellationToken) ?? ServingStatus.ServiceUnknown;
            await WriteAsync(last);

            while (await signals.Reader.WaitToReadAsync(context.CancellationToken))
            {
                signals.Reader.TryRead(out _);
                var status = statuses.GetPublished(request.Service) ?? ServingStatus.ServiceUnknown;
                if (status == last)
                    continue;
                last = status;
                await WriteAsync(status);
            }

            await WriteAsync(ServingStatus.NotServing);
        }
        finally
        {
            statuses.Published -= Signal;
        }

        Task WriteAsync(ServingStatus status) =>
            responseStream.WriteAsync(new HealthCheckResponse { Status = status }, context.CancellationToken);
    }
}
