using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Pipelines.Sockets.Unofficial;

/// <summary>Socket event arguments that can be awaited: the result is the bytes transferred, or the socket's error is thrown.</summary>
public class SocketAwaitableEventArgs(PipeScheduler? ioScheduler = null)
    : SocketAsyncEventArgs(true), ICriticalNotifyCompletion
{
    private static readonly Action Done = static () => { };

    private Action? _continuation;
    private volatile SocketError _aborted;

    /// <summary>Whether awaiting would not wait.</summary>
    public bool IsCompleted => ReferenceEquals(Volatile.Read(ref _continuation), Done);

    public SocketAwaitableEventArgs GetAwaiter() => this;

    /// <summary>Bytes transferred; makes the instance ready for its next operation.</summary>
    /// <exception cref="SocketException">The operation failed or was aborted.</exception>
    public int GetResult()
    {
        if (_aborted != SocketError.Success)
            throw new SocketException((int)_aborted);

        Volatile.Write(ref _continuation, null);
        return SocketError == SocketError.Success ? BytesTransferred : throw new SocketException((int)SocketError);
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation)
    {
        // Completed between IsCompleted and now: nobody else will run it.
        if (ReferenceEquals(Interlocked.CompareExchange(ref _continuation, continuation, null), Done))
            PipeScheduler.ThreadPool.Schedule(Run, continuation);
    }

    /// <summary>Completes the operation; to be called when the socket method returned false, that is, at once.</summary>
    public void Complete()
    {
        var continuation = Interlocked.Exchange(ref _continuation, Done);
        if (continuation is not null && !ReferenceEquals(continuation, Done))
            (ioScheduler ?? PipeScheduler.Inline).Schedule(Run, continuation);
    }

    /// <summary>Ends the wait with an error, for this operation and all later ones.</summary>
    public void Abort(SocketError error = SocketError.OperationAborted)
    {
        if (error == SocketError.Success)
            throw new ArgumentException("An abort needs an error.", nameof(error));
        _aborted = error;
        Complete();
    }

    protected override void OnCompleted(SocketAsyncEventArgs e) => Complete();

    private static void Run(object? continuation) => ((Action)continuation!)();
}
