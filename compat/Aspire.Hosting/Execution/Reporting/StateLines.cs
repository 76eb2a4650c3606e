using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution.Reporting;

/// <summary>Turns a change of state into the line that people see.</summary>
internal static class StateLines
{
    public static void Write(ConsoleReporter reporter, ResourceEvent change, CustomResourceSnapshot previous)
    {
        var snapshot = change.Snapshot;
        if (snapshot.IsHidden || change.Resource is ParameterResource or ConnectionStringResource && snapshot.State?.Text != KnownResourceStates.FailedToStart)
            return;

        if (snapshot.State?.Text is { } state && state != previous.State?.Text && Describe(state, snapshot) is { } line)
            reporter.Line(change.ResourceId, line.Text, line.Detail, line.Tone);
        // Without a health check, to run is to be ready.
        if (snapshot is { IsReady: true, HealthReports.Length: > 0 } && !previous.IsReady)
            reporter.Line(change.ResourceId, "ready", Addresses(snapshot), Tone.Good);
    }

    // Why a resource waits is told by who makes it wait.
    private static (string Text, string? Detail, Tone Tone)? Describe(string state, CustomResourceSnapshot snapshot)
    {
        if (state == KnownResourceStates.Waiting)
            return null;
        if (state == KnownResourceStates.NotStarted)
            return ("not started", snapshot.Reason ?? "starts by hand", Tone.Plain);
        if (state == KnownResourceStates.Running)
            return ("running", $"{snapshot.Reason}{(snapshot.HealthReports.Length > 0 ? "" : $"  {Addresses(snapshot)}")}".TrimEnd(), Tone.Plain);
        if (state == KnownResourceStates.FailedToStart)
            return ("failed", snapshot.Reason, Tone.Bad);
        if (state == KnownResourceStates.Finished)
            return ("finished", ExitCode(snapshot), Tone.Good);
        if (state == KnownResourceStates.Exited)
            return ("exited", snapshot.Reason ?? ExitCode(snapshot), snapshot.Reason is null && snapshot.ExitCode is not 0 ? Tone.Bad : Tone.Plain);
        return (state.ToLowerInvariant(), snapshot.Reason, Tone.Plain);
    }

    private static string? ExitCode(CustomResourceSnapshot snapshot) => snapshot.ExitCode is { } code ? $"exit code {code}" : null;

    private static string Addresses(CustomResourceSnapshot snapshot) => string.Join("  ", snapshot.Urls.Where(u => !u.IsInternal)
        .Select(u => u.DisplayProperties.DisplayName is { Length: > 0 } name ? $"{name} {u.Url}" : u.Name is null ? u.Url : $"{u.Name} {u.Url}"));
}
