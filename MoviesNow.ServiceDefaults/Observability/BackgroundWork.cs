using System.Diagnostics;

namespace MoviesNow.ServiceDefaults.Observability;

/// <summary>Spans of what services do beside their calls, or later than them.</summary>
public static class BackgroundWork
{
    private static readonly ActivitySource Source = new("MoviesNow.Background");

    /// <summary>Begins a span; null when it is not recorded. It is part of the call that is under way, if there is one.</summary>
    /// <param name="name">What is done, such as <c>maintain partitions</c>.</param>
    public static Activity? Start(string name) => Source.StartActivity(name);

    /// <summary>Begins a span of work that several calls wait for: part of the first one's trace, linked to the others'.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="causes">The spans of the calls, those that are not recorded left out. Without any, the work is not recorded either.</param>
    public static Activity? StartFor(string name, IReadOnlyList<ActivityContext> causes)
    {
        ArgumentNullException.ThrowIfNull(causes);
        return causes.Count == 0
            ? null
            : Source.StartActivity(name, ActivityKind.Internal, causes[0], links: causes.Skip(1).Select(cause => new ActivityLink(cause)));
    }

    /// <summary>The context of the span that is under way, if it is recorded.</summary>
    public static ActivityContext? Cause => Activity.Current is { Recorded: true } current ? current.Context : null;

    /// <summary>Marks a span as failed, without the text of the exception.</summary>
    public static void Fail(this Activity? span, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        span?.SetStatus(ActivityStatusCode.Error);
        span?.SetTag("error.type", exception.GetType().FullName);
    }
}
