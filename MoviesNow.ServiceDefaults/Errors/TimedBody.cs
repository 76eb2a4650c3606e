using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MoviesNow.ServiceDefaults.Errors;

/// <summary>
/// The body of a call over HTTP/1.1, which knows whether the server gave up because it came too slowly: gRPC takes that for a defect of the
/// method. Over HTTP/2 the server ends the connection, and nobody is left to tell.
/// </summary>
internal sealed class TimedBody(PipeReader inner) : PipeReader, IRequestBodyPipeFeature
{
    public bool IsTooSlow { get; private set; }

    public PipeReader Reader => this;

    /// <summary>Puts one in front of a request's body. Belongs before gRPC-Web, behind which every request looks like one over HTTP/2.</summary>
    public static void Watch(HttpContext context)
    {
        var body = new TimedBody(context.Request.BodyReader);
        context.Features.Set<IRequestBodyPipeFeature>(body);
        context.Features.Set(body);
    }

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(cancellationToken);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode is StatusCodes.Status408RequestTimeout)
        {
            IsTooSlow = true;
            throw;
        }
    }

    public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);
}
