using System.Reflection;
using Aspire.Hosting.Execution;

namespace Aspire.Hosting.Testing;

public static class DistributedApplicationTestingBuilder
{
    /// <summary>Runs the entry point of the assembly that has <typeparamref name="TEntryPoint"/> up to where it builds.</summary>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync(typeof(TEntryPoint), [], cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync(typeof(TEntryPoint), args, cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(Type entryPoint, CancellationToken cancellationToken = default) =>
        CreateAsync(entryPoint, [], cancellationToken);

    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync(
        Type entryPoint, string[] args, CancellationToken cancellationToken = default)
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
