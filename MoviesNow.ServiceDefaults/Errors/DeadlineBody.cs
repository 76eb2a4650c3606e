using System.IO.Pipelines;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MoviesNow.ServiceDefaults.Errors;

/// <summary>
/// The body of the answer to a call that has a deadline. When the deadline passes, the gRPC server writes the status and completes the
/// response, one right after the other, while the method may still run. In between, here, nobody else writes the status, and it can
/// have its details.
/// </summary>
internal sealed class DeadlineBody(HttpContext context) : IHttpResponseBodyFeature
{
    private readonly IHttpResponseBodyFeature _inner = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
    private volatile bool _hasEnded;

    public Stream Stream => _inner.Stream;

    public PipeWriter Writer => _inner.Writer;

    /// <summary>True as soon as nothing more can be written for the call: the server cancels its token only after the answer is sent.</summary>
    public static bool HasEnded(ServerCallContext call) =>
        call.CancellationToken.IsCancellationRequested || call.GetHttpContext().Features.Get<IHttpResponseBodyFeature>() is DeadlineBody { _hasEnded: true };

    public void DisableBuffering() => _inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => _inner.StartAsync(cancellationToken);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        _inner.SendFileAsync(path, offset, count, cancellationToken);

    public Task CompleteAsync()
    {
        _hasEnded = true;
        Enrich();
        return _inner.CompleteAsync();
    }

    private void Enrich()
    {
        if (context.Response.HasStarted)
        {
            if (context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is { } trailers)
            {
                BareStatus.Enrich(trailers);
            }

            return;
        }

        try
        {
            BareStatus.Enrich(context.Response.Headers);
        }
        catch (InvalidOperationException) when (context.Response.HasStarted)
        {
            // The method's first message sent the headers at this moment. The answer has the server's bare status.
        }
    }
}
