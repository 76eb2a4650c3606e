using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Execution;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly AppHostCapture? _capture = AppHostCapture.Current;
    private readonly HostApplicationBuilder _host;
    private readonly ApplicationIdentity _identity;

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("The stand-in for Aspire.Hosting runs processes on Linux and macOS only.");

        _capture?.Apply(options);
        _identity = ApplicationIdentity.Resolve(options, _capture?.Assembly);
        _host = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = options.Args,
            ApplicationName = _identity.Name,
            ContentRootPath = _identity.Directory,
            EnvironmentName = _capture is not null && System.Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") is null
                ? Environments.Development
                : null,
        });
        HostServices.Add(_host, this, _identity, options, captured: _capture is not null);
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory => _identity.Directory;

    public Assembly? AppHostAssembly => _identity.Assembly;

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public IDistributedApplicationEventing Eventing { get; } = new DistributedApplicationEventing();

    public DistributedApplicationExecutionContext ExecutionContext { get; } = new(DistributedApplicationOperation.Run);

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        _capture?.AwaitBuildRequest(this);
        var host = _host.Build();
        ExecutionContext.Services = host.Services;
        var application = new DistributedApplication(host, _capture);
        _capture?.Built(application);
        return application;
    }
}
