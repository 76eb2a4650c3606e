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
internal sealed class DeadlineBody(HttpContext context) : IHttpResponseBodyFeature, IDisposable
{
    // gRPC-Web writes the status into the body, from another thread than the method's. In the middle of a message it would break
    // the stream for the client, so it waits for the message. A client that no longer reads gets no status.
    private static readonly TimeSpan MessageLimit = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly IHttpResponseBodyFeature _inner = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
    private volatile bool _hasEnded;

    public Stream Stream => _inner.Stream;

    public PipeWriter Writer => _inner.Writer;

    /// <summary>True as soon as nothing more can be written for the call: the server cancels its token only after the answer is sent.</summary>
    public static bool HasEnded(ServerCallContext call) =>
        call.CancellationToken.IsCancellationRequested || Of(call) is { _hasEnded: true };

    public void Dispose() => _turn.Dispose();

    public void DisableBuffering() => _inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => _inner.StartAsync(cancellationToken);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        _inner.SendFileAsync(path, offset, count, cancellationToken);

    public async Task CompleteAsync()
    {
        _hasEnded = true;
        if (!await _turn.WaitAsync(MessageLimit))
        {
            context.Abort();
            return;
        }

        try
        {
            Enrich();
            await _inner.CompleteAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Writes a message of a stream, so that the status comes before or after it.</summary>
    public static async Task WriteAsync<T>(ServerCallContext call, IServerStreamWriter<T> responses, T message, CancellationToken cancellationToken)
    {
        if (Of(call) is not { } body)
        {
            await responses.WriteAsync(message, cancellationToken);
            return;
        }

        await body._turn.WaitAsync(cancellationToken);
        try
        {
            await responses.WriteAsync(message, cancellationToken);
        }
        finally
        {
            body._turn.Release();
        }
    }

    private static DeadlineBody? Of(ServerCallContext call) => call.GetHttpContext().Features.Get<IHttpResponseBodyFeature>() as DeadlineBody;

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
