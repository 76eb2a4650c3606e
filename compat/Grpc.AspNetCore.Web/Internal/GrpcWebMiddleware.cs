using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Web.Internal;

/// <summary>
/// Presents gRPC-Web calls to the gRPC server as the gRPC calls that it knows, and its answers to the caller as gRPC-Web
/// (<see href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md"/>). Every other request passes as it is.
/// </summary>
internal sealed class GrpcWebMiddleware(RequestDelegate next, GrpcWebOptions options)
{
    public Task InvokeAsync(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) && GrpcWebFormat.Of(context.Request) is { } format && IsEnabled(context)
            ? TranslateAsync(context, format)
            : next(context);

    private async Task TranslateAsync(HttpContext context, GrpcWebFormat format)
    {
        using var translation = new Translation(context, format);
        await next(context);
        translation.SendTrailers();
    }

    private bool IsEnabled(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IGrpcWebEnabledMetadata>()?.GrpcWebEnabled ?? options.DefaultEnabled;
}
