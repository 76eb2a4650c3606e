using System.Reflection;

namespace Aspire.Hosting.Execution;

/// <summary>
/// Lets a test take part in an AppHost's own entry point: its builder is handed over when the entry point asks to build,
/// and what the entry point then starts is started by the test.
/// </summary>
internal sealed class AppHostCapture(Assembly assembly, string[] args, Action<DistributedApplicationOptions>? configure = null)
{
    private static readonly AsyncLocal<AppHostCapture?> Ambient = new();

    private readonly TaskCompletionSource<IDistributedApplicationBuilder> _builder = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _buildRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _built = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static AppHostCapture? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    public Assembly Assembly { get; } = assembly;

    public string[] Args { get; } = args;

    public Task<IDistributedApplicationBuilder> Builder => _builder.Task;

    /// <summary>Completes when the test has started the application.</summary>
    public Task Started => _started.Task;

    public void Apply(DistributedApplicationOptions options)
    {
        options.Args = Args;
        configure?.Invoke(options);
    }

    /// <summary>Holds the entry point, on its own thread, until the test wants the application.</summary>
    public void AwaitBuildRequest(IDistributedApplicationBuilder builder)
    {
        _builder.TrySetResult(builder);
        _buildRequested.Task.GetAwaiter().GetResult();
    }

    public Task<DistributedApplication> BuildAsync()
    {
        _buildRequested.TrySetResult();
        return _built.Task;
    }

    public void Built(DistributedApplication application) => _built.TrySetResult(application);

    public void MarkStarted() => _started.TrySetResult();

    /// <summary>The entry point ended: whoever still waits for a step of it waits in vain.</summary>
    public void Fail(Exception exception)
    {
        _builder.TrySetException(exception);
        _built.TrySetException(exception);
        _started.TrySetException(exception);
        _ = _builder.Task.Exception;
        _ = _built.Task.Exception;
        _ = _started.Task.Exception;
    }

    public void Abandon()
    {
        _buildRequested.TrySetCanceled();
        _started.TrySetCanceled();
    }
}
