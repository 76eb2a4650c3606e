using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Execution.Waiting;

internal enum Verdict
{
    Pending,
    Satisfied,
    Failed,
}

/// <summary>How far a wait is, judged from the states of all replicas of what is waited for.</summary>
/// <param name="IsStuck">Whether nothing but that resource itself holds it up, and nothing else would end the wait.</param>
internal readonly record struct WaitState(Verdict Verdict, string? Detail, bool IsStuck)
{
    public static WaitState Of(WaitAnnotation wait, IReadOnlyList<CustomResourceSnapshot> replicas, int expected)
    {
        if (replicas.FirstOrDefault(r => r.State?.Text == KnownResourceStates.FailedToStart) is { } failed)
            return Failed(failed.Reason is null ? "failed to start" : $"failed to start: {failed.Reason}");
        if (replicas.Count < expected)
            return Pending("it has not announced itself", isStuck: true);

        return wait.WaitType switch
        {
            WaitType.WaitForCompletion => Completion(wait, replicas),
            WaitType.WaitUntilStarted => Started(wait, replicas),
            _ => Healthy(wait, replicas),
        };
    }

    private static WaitState Completion(WaitAnnotation wait, IReadOnlyList<CustomResourceSnapshot> replicas)
    {
        var ended = replicas.Where(IsTerminal).ToList();
        if (ended.Find(r => r.ExitCode is { } code && code != wait.ExitCode) is { } wrong)
            return Failed($"exited with code {wrong.ExitCode} instead of {wait.ExitCode}");
        return ended.Count == replicas.Count ? Satisfied() : Pending(Describe(replicas), isStuck: false);
    }

    private static WaitState Started(WaitAnnotation wait, IReadOnlyList<CustomResourceSnapshot> replicas)
    {
        if (replicas.All(r => r.State?.Text is { } state && (state == KnownResourceStates.Running || state == KnownResourceStates.Finished)))
            return Satisfied();
        return Unavailable(wait, replicas) ?? Pending(Describe(replicas), IsHeldUpByItself(replicas));
    }

    private static WaitState Healthy(WaitAnnotation wait, IReadOnlyList<CustomResourceSnapshot> replicas)
    {
        if (replicas.All(r => r is { IsReady: true, HealthStatus: HealthStatus.Healthy } && r.State?.Text == KnownResourceStates.Running))
            return Satisfied();
        return Unavailable(wait, replicas) ?? Pending(Describe(replicas), IsHeldUpByItself(replicas));
    }

    private static WaitState? Unavailable(WaitAnnotation wait, IReadOnlyList<CustomResourceSnapshot> replicas) =>
        wait.WaitBehavior == WaitBehavior.StopOnResourceUnavailable && replicas.FirstOrDefault(IsTerminal) is { } ended
            ? Failed($"has exited{(ended.ExitCode is { } code ? $" with code {code}" : "")}")
            : null;

    // One that waits itself, or that people start, is held up by something else. A running one has a deadline of its own.
    private static bool IsHeldUpByItself(IReadOnlyList<CustomResourceSnapshot> replicas) => replicas.Any(r =>
        r.State?.Text is var state && state != KnownResourceStates.Waiting && state != KnownResourceStates.NotStarted
        && state != KnownResourceStates.Running);

    private static bool IsTerminal(CustomResourceSnapshot snapshot) =>
        snapshot.State is { Text: var text } && KnownResourceStates.TerminalStates.Contains(text, StringComparer.Ordinal);

    private static string Describe(IReadOnlyList<CustomResourceSnapshot> replicas)
    {
        var first = replicas.FirstOrDefault(r => r.State?.Text != KnownResourceStates.Running) ?? replicas[0];
        var problem = first.HealthReports.FirstOrDefault(r => r.Status is not null and not HealthStatus.Healthy)?.Description;
        return problem ?? first.State?.Text switch
        {
            null => "it has not reported any state",
            "NotStarted" => "it is started by hand",
            var state => $"it is {state}",
        };
    }

    private static WaitState Satisfied() => new(Verdict.Satisfied, null, IsStuck: false);

    private static WaitState Pending(string detail, bool isStuck) => new(Verdict.Pending, detail, isStuck);

    private static WaitState Failed(string detail) => new(Verdict.Failed, detail, IsStuck: false);
}
