using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution;

/// <summary>Brings one resource to life and to its end.</summary>
internal interface IResourceRunner : IDisposable
{
    IResource Resource { get; }

    /// <summary>Returns once it runs, has failed, or is told to stop before; never throws for what happens to the resource.</summary>
    /// <param name="automatic">Whether the application starts it, rather than a person.</param>
    Task StartAsync(bool automatic, CancellationToken cancellationToken);

    Task StopAsync(CancellationToken hurry);
}
