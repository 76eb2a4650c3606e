using System.Collections;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution.Processes;
using Aspire.Hosting.Execution.Projects;

namespace Aspire.Hosting.Execution.Configuration;

/// <summary>Works out, just before a process starts, its command, arguments and environment.</summary>
internal sealed class LaunchPlanner(DistributedApplicationExecutionContext execution, ResourceLoggerService loggers, ApplicationIdentity application)
{
    // Meant for the AppHost itself; each would make every service listen on the AppHost's own address.
    private static readonly string[] NotInherited =
        ["ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS", "DOTNET_LAUNCH_PROFILE", "DOTNET_URLS", "URLS"];

    /// <exception cref="DistributedApplicationException">The process cannot be started, and why.</exception>
    public async Task<LaunchSpec> PlanAsync(IResource resource, int replica, CancellationToken cancellationToken)
    {
        var environment = await EnvironmentAsync(resource, replica, cancellationToken);
        var arguments = await ArgumentsAsync(resource, replica, cancellationToken);
        if (resource.TryGetLastAnnotation<IProjectMetadata>(out var project))
        {
            var program = await ProjectOutput.FindAsync(project.ProjectPath, application, cancellationToken);
            return new(DotnetHost.Path, ["exec", program, .. arguments], Path.GetDirectoryName(project.ProjectPath)!, environment);
        }

        var executable = ((ExecutableResource)resource).Executable;
        if (!Directory.Exists(executable.WorkingDirectory))
            throw new DistributedApplicationException($"its working directory {executable.WorkingDirectory} does not exist");
        var command = ExecutablePath.Find(executable.Command, executable.WorkingDirectory, environment.GetValueOrDefault("PATH"))
            ?? throw new DistributedApplicationException(
                executable.Command.Contains('/', StringComparison.Ordinal)
                    ? $"the command {executable.Command} does not exist or is not executable"
                    : $"the command '{executable.Command}' is not in PATH");
        return new(command, arguments, executable.WorkingDirectory, environment);
    }

    private async Task<List<string>> ArgumentsAsync(IResource resource, int replica, CancellationToken cancellationToken)
    {
        var context = new CommandLineArgsCallbackContext([], resource, cancellationToken)
        {
            ExecutionContext = execution,
            Logger = loggers.GetLogger(resource),
        };
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
            await annotation.Callback(context);

        var arguments = new List<string>();
        foreach (var value in context.Args)
        {
            if (await ResolveAsync(value, resource, replica, cancellationToken) is { } text)
                arguments.Add(text);
        }

        return arguments;
    }

    private async Task<Dictionary<string, string>> EnvironmentAsync(IResource resource, int replica, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(execution, resource, cancellationToken: cancellationToken) { Logger = loggers.GetLogger(resource) };
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            if (endpoint.TargetPortEnvironmentVariable is { } variable)
                context.EnvironmentVariables[variable] = endpoint.Targets[replica].Port;
        }

        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await annotation.Callback(context);

        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);
        foreach (var name in NotInherited)
            environment.Remove(name);
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            if (await ResolveAsync(value, resource, replica, cancellationToken) is { } text)
                environment[name] = text;
        }

        return environment;
    }

    private async ValueTask<string?> ResolveAsync(object value, IResource resource, int replica, CancellationToken cancellationToken) => value switch
    {
        string text => text,
        IValueProvider provider => await provider.GetValueAsync(
            new ValueProviderContext { ExecutionContext = execution, Caller = resource, Replica = replica }, cancellationToken),
        bool flag => flag ? "true" : "false",
        IFormattable formattable => formattable.ToString(format: null, System.Globalization.CultureInfo.InvariantCulture),
        null => null,
        _ => throw new DistributedApplicationException($"a value of type {value.GetType()} cannot be passed to a process"),
    };
}
