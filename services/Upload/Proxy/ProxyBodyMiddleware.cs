using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace MoviesNow.Upload.Proxy;

/// <summary>Puts <see cref="ProxyBody"/> before gRPC. Belongs behind gRPC-Web, whose messages are then as all others.</summary>
internal sealed class ProxyBodyMiddleware(RequestDelegate next, ProxyAdmission admission, IOptions<ProxyOptions> options, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context) =>
        ProxyLimits.MessageLimitOf(context.Request.Path) is { } maxMessage ? LimitAsync(context, maxMessage) : next(context);

    private async Task LimitAsync(HttpContext context, int maxMessage)
    {
        using var body = new ProxyBody(context, maxMessage, admission, options.Value, time);
        context.Features.Set<IRequestBodyPipeFeature>(new Feature(body));

        // The length of a message is checked before its bytes are read, with a reason that says so.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
        {
            server.MaxRequestBodySize = null;
        }

        await next(context);
    }

    private sealed class Feature(PipeReader body) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => body;
    }
}
