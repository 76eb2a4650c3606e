using Aspire.Hosting.Execution;

namespace Aspire.Hosting.Testing;

public static class DistributedApplicationTestingBuilder
{
    /// <summary>Runs the entry point of the assembly that has <typeparamref name="TEntryPoint"/> up to where it builds.</summary>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class => CaptureAsync(typeof(TEntryPoint), [], cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class => CaptureAsync(typeof(TEntryPoint), args, cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(Type entryPoint, CancellationToken cancellationToken = default) =>
        CaptureAsync(entryPoint, [], cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(
        Type entryPoint, string[] args, CancellationToken cancellationToken = default) => CaptureAsync(entryPoint, args, cancellationToken);

    private static async Task<IDistributedApplicationTestingBuilder> CaptureAsync(
        Type entryPoint, string[] args, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entryPoint);
        var main = entryPoint.Assembly.EntryPoint
            ?? throw new InvalidOperationException($"The assembly '{entryPoint.Assembly.GetName().Name}' has no entry point.");
        var capture = new AppHostCapture(entryPoint.Assembly, args);
        var run = new EntryPointRun(main, capture);
        try
        {
            return new CapturedBuilder(await capture.Builder.WaitAsync(cancellationToken), capture, run);
        }
        catch
        {
            capture.Abandon();
            throw;
        }
    }
}
