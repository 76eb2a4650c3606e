using Grpc.Core;

namespace MoviesNow.ServiceDefaults.Clients;

/// <summary>How a service calls another while it serves a call itself.</summary>
public static class OutboundCalls
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Options of an outbound call: it ends when the inbound one does, and after ten seconds at the latest.</summary>
    public static CallOptions Outbound(this ServerCallContext context, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(time);
        var limit = time.GetUtcNow().UtcDateTime + Limit;
        return new CallOptions(deadline: context.Deadline < limit ? context.Deadline : limit, cancellationToken: context.CancellationToken);
    }

    /// <summary>Options of an outbound call that several inbound ones wait for: none of them ends it, and it ends after ten seconds.</summary>
    public static CallOptions Alone(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new CallOptions(deadline: time.GetUtcNow().UtcDateTime + Limit);
    }
}
