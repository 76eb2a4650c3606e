using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution;

/// <summary>Decides what the end of a process that nobody asked for means.</summary>
internal static class UnexpectedExit
{
    public static void Judge(IResource resource, int code, bool wasReady, bool automatic, RunnerServices services)
    {
        var waits = services.Model.Resources
            .SelectMany(r => r.Annotations.OfType<WaitAnnotation>().Where(w => ReferenceEquals(w.Resource, resource)).Select(w => (Waiter: r, Wait: w)))
            .ToList();
        var completion = waits.Find(w => w.Wait.WaitType == WaitType.WaitForCompletion && w.Wait.ExitCode != code);
        var hasChecks = resource.HasAnnotationOfType<HealthCheckAnnotation>();

        string? fatal = null;
        if (completion.Wait is { } wait)
            fatal = $"it exited with code {code}, and {completion.Waiter.Name} waits for it to exit with {wait.ExitCode}";
        else if (hasChecks && !wasReady)
            fatal = $"it exited with code {code} before it was healthy";
        else if (code != 0 && waits.Exists(w => w.Wait.WaitType != WaitType.WaitForCompletion && IsHeldUp(w.Waiter, services)))
            fatal = $"it exited with code {code} while others wait for it";

        if (fatal is not null && automatic)
            services.Failure.Report(resource, fatal);
        else if (code != 0)
            services.Reporter.Failure(
                $"{resource.Name} exited with code {code}", string.Join(Environment.NewLine, services.Logs.For(resource.Name).Tail(20)), fatal: false);
    }

    private static bool IsHeldUp(IResource waiter, RunnerServices services) =>
        services.Notifications.Current(waiter).Any(s => s.State?.Text == KnownResourceStates.Waiting);
}
