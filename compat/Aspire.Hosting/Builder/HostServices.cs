using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution;
using Aspire.Hosting.Execution.Configuration;
using Aspire.Hosting.Execution.Health;
using Aspire.Hosting.Execution.Processes;
using Aspire.Hosting.Execution.Reporting;
using Aspire.Hosting.Execution.Waiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting;

/// <summary>What runs behind the model.</summary>
internal static class HostServices
{
    public static void Add(
        HostApplicationBuilder host, IDistributedApplicationBuilder builder, ApplicationIdentity identity, DistributedApplicationOptions options,
        bool captured)
    {
        var services = host.Services;
        services.AddOptions<ExecutionOptions>().BindConfiguration(ExecutionOptions.Section)
            .PostConfigure(o => o.Console &= !captured);
        services.AddSingleton(s => Validated(s.GetRequiredService<IOptions<ExecutionOptions>>().Value));
        // The executor bounds the time that stopping takes: resource by resource, so that no order is cut short.
        services.Configure<HostOptions>(o => o.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        services.Configure<ConsoleLifetimeOptions>(o => o.SuppressStatusMessages = true);

        services.TryAddSingleton(TimeProvider.System);
        services.AddHealthChecks();
        services.AddSingleton(identity);
        services.AddSingleton(_ => builder.Eventing);
        services.AddSingleton(_ => builder.ExecutionContext);
        services.AddSingleton(_ => new DistributedApplicationModel(builder.Resources));
        services.AddSingleton<ResourceLogs>();
        services.AddSingleton(s => new ResourceLoggerService(s.GetRequiredService<ResourceLogs>()));
        services.AddSingleton<ConsoleReporter>();
        services.AddSingleton<ApplicationFailure>();
        services.AddSingleton(s => new ResourceNotificationService(
            s.GetRequiredService<ILogger<ResourceNotificationService>>(), s.GetRequiredService<IHostApplicationLifetime>(), s,
            s.GetRequiredService<ResourceLoggerService>()));
        services.AddSingleton(s => new ResourceCommandService(
            s.GetRequiredService<DistributedApplicationModel>(), s, s.GetRequiredService<ResourceLoggerService>()));
        services.AddSingleton<DependencyWaiter>();
        services.AddSingleton<HealthProbeClient>();
        services.AddSingleton<HealthMonitor>();
        services.AddSingleton<Guardian>();
        services.AddSingleton<LaunchPlanner>();
        services.AddSingleton<RunnerServices>();
        services.AddSingleton<ApplicationExecutor>();
        services.AddHostedService(s => s.GetRequiredService<ApplicationExecutor>());
        ConfigureLogging(host.Logging, identity, options);
    }

    private static void ConfigureLogging(ILoggingBuilder logging, ApplicationIdentity identity, DistributedApplicationOptions options)
    {
        logging.AddSimpleConsole(console => console.SingleLine = true);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        // Each failed probe of a resource that is still starting would be an error in the log; the states tell the same.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        logging.AddFilter($"{identity.Name}.Resources", options.EnableResourceLogging ? LogLevel.Trace : LogLevel.Warning);
    }

    private static ExecutionOptions Validated(ExecutionOptions options)
    {
        string[] violations = [.. options.Violations()];
        return violations.Length == 0 ? options : throw new OptionsValidationException(ExecutionOptions.Section, typeof(ExecutionOptions), violations);
    }
}
