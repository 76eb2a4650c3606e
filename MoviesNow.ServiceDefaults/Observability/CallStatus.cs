using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.ServiceDefaults.Observability;

/// <summary>
/// Tells the status of a gRPC call to the measurement of its request, <c>http.server.request.duration</c>, by OpenTelemetry's attribute for it. The
/// status of HTTP is 200 whatever became of the call, so alone it would hide every failure.
/// </summary>
internal static class CallStatus
{
    /// <summary>The attribute's name, as OpenTelemetry's conventions for RPC have it.</summary>
    public const string Attribute = "rpc.response.status_code";

    public static void Measure(ServerCallContext context, StatusCode status) =>
        context.GetHttpContext().Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new(Attribute, StatusName.Of(status)));
}
