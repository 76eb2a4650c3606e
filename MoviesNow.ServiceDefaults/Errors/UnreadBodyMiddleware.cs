using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace MoviesNow.ServiceDefaults.Errors;

/// <summary>
/// Reads what a caller is still sending when its call was refused, within limits, before the answer goes out. Otherwise the server would
/// reset the stream, the caller's client might tell the reset instead of the refusal, and a frame that it had on its way would make the
/// server close the whole HTTP/2 connection (STREAM_CLOSED), with all other calls on it. Web servers call this a lingering close.
/// </summary>
internal sealed class UnreadBodyMiddleware(RequestDelegate next, TimeProvider time)
{
    /// <summary>More than a file through the proxy has.</summary>
    internal const int MaxBytes = 16 * 1024 * 1024;

    internal static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(2);

    public async Task InvokeAsync(HttpContext context)
    {
        // HTTP/1.1 has no other calls on its connection, and the server reads on by itself.
        if (!HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            TimedBody.Watch(context);
            await next(context);
            return;
        }

        // Those behind may put their own reader in its place.
        var body = context.Request.BodyReader;
        await next(context);
        try
        {
            if (!body.TryRead(out var read) || !Skip(body, read))
            {
                await ReadAsync(body, context.RequestAborted);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The caller left, took too long, or somebody still reads: then the stream is reset.
        }
    }

    private async Task ReadAsync(PipeReader body, CancellationToken aborted)
    {
        using var limit = new CancellationTokenSource(MaxTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, limit.Token);
        for (var count = 0L; count < MaxBytes;)
        {
            var read = await body.ReadAsync(either.Token);
            count += read.Buffer.Length;
            if (Skip(body, read))
            {
                return;
            }
        }
    }

    private static bool Skip(PipeReader body, ReadResult read)
    {
        body.AdvanceTo(read.Buffer.End);
        return read.IsCompleted || read.IsCanceled;
    }
}
