using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.Upload.Proxy;

/// <summary>
/// The body of a call of the proxy. gRPC reads a whole message into memory before anything of ours runs, so who calls, whether there is
/// memory for it, how long its messages are and how fast they come is checked here. What is thrown here is the call's answer.
/// </summary>
internal sealed class ProxyBody(HttpContext context, int maxMessage, ProxyAdmission admission, ProxyOptions options, TimeProvider time) : PipeReader, IDisposable
{
    // One byte tells whether a message is compressed, four its length.
    private const int FrameHeader = 5;

    private readonly PipeReader _inner = context.Request.BodyReader;
    private readonly ReceiveRate _rate = new(options, time);
    private IDisposable? _turn;
    private CancellationTokenSource? _end;
    private ReadOnlySequence<byte> _unread;

    // Where the next message begins, counted from the first unread byte.
    private long _next;

    private long _consumed;
    private long _received;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_turn is null)
        {
            await BeginAsync(cancellationToken);
        }

        using var tooSlow = new CancellationTokenSource(_rate.Wait(_received), time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _end!.Token, tooSlow.Token);
        try
        {
            var result = await _inner.ReadAsync(any.Token);
            _rate.Arrived();
            return Checked(result);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw _end.IsCancellationRequested ? TooLate() : TooSlow();
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        result = default;
        var hasRead = _turn is not null && _inner.TryRead(out result);
        if (hasRead)
        {
            Checked(result);
        }

        return hasRead;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var read = _unread.Slice(0, consumed).Length;
        _next -= read;
        _consumed += read;
        _unread = default;
        _inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => _inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => _inner.Complete(exception);

    /// <summary>Gives the turn to the next call.</summary>
    public void Dispose()
    {
        _turn?.Dispose();
        _end?.Dispose();
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        context.RequireAccess();
        context.RequireWellFormedKey();

        // In base64, as gRPC-Web may send it, a third is added. The server itself would refuse 30 MB without a reason.
        if (context.Request.ContentLength > 2L * ProxyLimits.MaxMessage)
        {
            throw ProxyLimits.TooLarge();
        }

        _turn = await admission.EnterAsync(cancellationToken);
        _end = new CancellationTokenSource(options.ReceiveLimit, time);
    }

    private ReadResult Checked(ReadResult result)
    {
        try
        {
            Check(result);
            return result;
        }
        catch (RpcException)
        {
            // Whoever is refused still sends: what comes can be read on, and thrown away.
            _inner.AdvanceTo(result.Buffer.End);
            throw;
        }
    }

    private void Check(ReadResult result)
    {
        _unread = result.Buffer;
        _received = _consumed + _unread.Length;
        Span<byte> header = stackalloc byte[FrameHeader];
        while (_unread.Length - _next >= FrameHeader)
        {
            _unread.Slice(_next, FrameHeader).CopyTo(header);
            if (header[0] != 0)
            {
                // However short it is, it may become as long as it likes.
                throw RpcErrors.InvalidFields([new() { Field = "grpc-encoding", Description = "must be identity" }]);
            }

            var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
            if (length > maxMessage)
            {
                throw length > ProxyLimits.MaxMessage || maxMessage == ProxyLimits.MaxMessage ? ProxyLimits.TooLarge() : RpcErrors.Of(ErrorReason.MessageTooLarge);
            }

            _next += FrameHeader + length;
        }
    }

    private RpcException TooLate() =>
        Refusal(string.Create(CultureInfo.InvariantCulture, $"the file did not arrive within {options.ReceiveLimit.TotalSeconds:0.#} s"));

    private RpcException TooSlow() =>
        Refusal(string.Create(CultureInfo.InvariantCulture, $"fewer than {options.MinBytesPerSecond:N0} bytes a second arrived"));

    private static RpcException Refusal(string detail) => RpcErrors.Of(ErrorReason.DeadlineExceeded, retryAfter: null, (RpcErrors.Detail, detail));
}
