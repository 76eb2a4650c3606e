using System.Reflection;
using Aspire.Hosting.Execution;

namespace Aspire.Hosting.Testing;

/// <summary>An AppHost's Main, on a thread of its own: it is held there until the test builds.</summary>
internal sealed class EntryPointRun
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EntryPointRun(MethodInfo main, AppHostCapture capture)
    {
        var thread = new Thread(() => Run(main, capture)) { IsBackground = true, Name = $"{main.DeclaringType?.Assembly.GetName().Name} entry point" };
        thread.Start();
    }

    /// <summary>Completes when Main has returned, in whatever way.</summary>
    public Task Ended => _ended.Task;

    private void Run(MethodInfo main, AppHostCapture capture)
    {
        AppHostCapture.Current = capture;
        try
        {
            object?[] arguments = main.GetParameters().Length == 0 ? [] : [capture.Args];
            if (main.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null) is Task task)
                task.GetAwaiter().GetResult();
            capture.Fail(new InvalidOperationException("The entry point exited without building a DistributedApplication."));
        }
        catch (Exception e)
        {
            capture.Fail(e);
        }
        finally
        {
            _ended.TrySetResult();
        }
    }
}
