namespace Grpc.Core;

/// <summary>A long-lived connection, or several, to one target.</summary>
public abstract class ChannelBase
{
    /// <summary>A channel to the target.</summary>
    protected ChannelBase(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Target = target;
    }

    /// <summary>What the channel connects to.</summary>
    public string Target { get; }

    /// <summary>Makes the object that starts calls on this channel.</summary>
    public abstract CallInvoker CreateCallInvoker();

    /// <summary>Lets the channel go.</summary>
    public Task ShutdownAsync() => ShutdownAsyncCore();

    /// <summary>Lets the channel go; by default nothing is to be done.</summary>
    protected virtual Task ShutdownAsyncCore() => Task.CompletedTask;
}
