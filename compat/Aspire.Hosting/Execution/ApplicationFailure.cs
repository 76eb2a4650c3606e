using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution.Reporting;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Execution;

/// <summary>The first failure that the application cannot go on with: it is explained once, and stops everything.</summary>
internal sealed class ApplicationFailure(
    IHostApplicationLifetime lifetime, ConsoleReporter reporter, ResourceLogs logs, ExecutionOptions options)
{
    private const int TailLines = 20;
    private string? _message;

    /// <summary>Null as long as all is well.</summary>
    public string? Message => Volatile.Read(ref _message);

    /// <summary>The first line of <see cref="Message"/>: which resource, and why.</summary>
    public string? Summary => Message is { } message ? message.Split(Environment.NewLine, 2)[0] : null;

    /// <summary>Reports what happened to a resource with the end of its output; stops the application unless it is told to go on.</summary>
    public void Report(IResource resource, string reason)
    {
        var log = logs.For(resource.Name);
        var tail = log.Tail(TailLines);
        var advice = log.File is { } file ? $"its output is in {file}" : null;
        var message = string.Join(Environment.NewLine, new[] { $"{resource.Name}: {reason}" }.Concat(tail.Select(l => $"  | {l}")).Append(advice).OfType<string>());
        if (options.StopOnFailure)
            Stop(message);
        else
            reporter.Failure($"{resource.Name} failed", message, fatal: false);
    }

    public void Report(string message) => Stop(message);

    private void Stop(string message)
    {
        if (Interlocked.CompareExchange(ref _message, message, comparand: null) is not null)
            return;
        reporter.Failure("The application stops, because a resource failed", message, fatal: true);
        reporter.MarkProcessFailed();
        // Stopping waits for whoever reports: it must not run inside the report.
        _ = Task.Run(lifetime.StopApplication);
    }
}
