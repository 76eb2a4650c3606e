using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Execution;

/// <summary>How the stand-in runs resources, from the configuration section <c>Aspire:Execution</c>.</summary>
internal sealed class ExecutionOptions
{
    public const string Section = "Aspire:Execution";

    /// <summary>How long a started resource may take to become healthy for the first time.</summary>
    public TimeSpan HealthTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a process may take to stop after SIGTERM before it is killed.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a resource that still waits says so.</summary>
    public TimeSpan ReminderInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many lines of output are kept in memory for each resource.</summary>
    public int Backlog { get; set; } = 1_000;

    /// <summary>Where the output of each resource is written, relative to the AppHost's directory; a temporary directory when null.</summary>
    public string? LogDirectory { get; set; }

    /// <summary>The level at which output is logged. It is shown when logging is configured for the category <c>{AppHost}.Resources</c>.</summary>
    public LogLevel OutputLevel { get; set; } = LogLevel.Information;

    /// <summary>Whether a resource that fails while the application starts stops it.</summary>
    public bool StopOnFailure { get; set; } = true;

    /// <summary>Whether the states are written to the console; they are logged instead when not.</summary>
    public bool Console { get; set; } = true;

    public IEnumerable<string> Violations()
    {
        foreach (var (name, value) in new[] { (nameof(HealthTimeout), HealthTimeout), (nameof(StopTimeout), StopTimeout), (nameof(ReminderInterval), ReminderInterval) })
        {
            if (value <= TimeSpan.Zero)
                yield return $"{Section}:{name} must be a positive time span (it is {value}).";
        }

        if (Backlog < 1)
            yield return $"{Section}:{nameof(Backlog)} must be at least 1 (it is {Backlog}).";
    }
}
