namespace Aspire.Hosting.Testing;

/// <summary>The builder of an AppHost's own entry point, which a test may change before it builds.</summary>
public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable, IDisposable
{
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}
