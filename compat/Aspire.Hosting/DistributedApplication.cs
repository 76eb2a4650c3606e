using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

public class DistributedApplication : IHost, IAsyncDisposable
{
    private readonly IHost _host;
    private readonly AppHostCapture? _capture;
    private int _disposed;

    public DistributedApplication(IHost host)
        : this(host, capture: null)
    {
    }

    internal DistributedApplication(IHost host, AppHostCapture? capture)
    {
        _host = host ?? throw new ArgumentNullException(nameof(host));
        _capture = capture;
    }

    public IServiceProvider Services => _host.Services;

    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    public ResourceCommandService ResourceCommands => Services.GetRequiredService<ResourceCommandService>();

    /// <summary>Whether this call comes from the entry point of an AppHost that a test has taken over.</summary>
    private bool IsHeldByTest => _capture is not null && ReferenceEquals(AppHostCapture.Current, _capture);

    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder(Array.Empty<string>());

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => CreateBuilder(new DistributedApplicationOptions { Args = args });

    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) =>
        new DistributedApplicationBuilder(options ?? throw new ArgumentNullException(nameof(options)));

    public virtual async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (IsHeldByTest)
        {
            await _capture!.Started.WaitAsync(cancellationToken);
            return;
        }

        await _host.StartAsync(cancellationToken);
        _capture?.MarkStarted();
    }

    public virtual Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken);

    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>Runs until it is asked to stop, or until a resource that it needs fails: then the process's exit code is 1.</summary>
    public virtual async Task RunAsync(CancellationToken cancellationToken = default)
    {
        var lifetime = Services.GetRequiredService<IHostApplicationLifetime>();
        var failure = Services.GetRequiredService<ApplicationFailure>();
        try
        {
            await StartAsync(cancellationToken);
            await _host.WaitForShutdownAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested || lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await _host.StopAsync(CancellationToken.None);
        }
        catch (DistributedApplicationException exception) when (!IsHeldByTest)
        {
            failure.Report(exception.Message);
            await _host.StopAsync(CancellationToken.None);
        }
        finally
        {
            if (!IsHeldByTest)
                await DisposeAsync();
        }
    }

    Task IHost.StartAsync(CancellationToken cancellationToken) => StartAsync(cancellationToken);

    Task IHost.StopAsync(CancellationToken cancellationToken) => StopAsync(cancellationToken);

    public virtual void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    public virtual async ValueTask DisposeAsync()
    {
        // The entry point of an AppHost under test disposes what still belongs to the test.
        if (IsHeldByTest || Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        // A host that is disposed is not stopped by that: processes would stay until the end of this one. Nor is one whose
        // start failed half-way stopped by a stop.
        await _host.StopAsync(CancellationToken.None);
        await Services.GetRequiredService<ApplicationExecutor>().StopAsync(CancellationToken.None);
        if (_host is IAsyncDisposable asynchronous)
            await asynchronous.DisposeAsync();
        else
            _host.Dispose();
        GC.SuppressFinalize(this);
    }
}
