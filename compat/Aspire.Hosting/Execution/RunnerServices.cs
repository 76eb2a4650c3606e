using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Execution.Configuration;
using Aspire.Hosting.Execution.Processes;
using Aspire.Hosting.Execution.Reporting;
using Aspire.Hosting.Execution.Waiting;

namespace Aspire.Hosting.Execution;

/// <summary>What every runner works with.</summary>
internal sealed record RunnerServices(
    ResourceNotificationService Notifications, IDistributedApplicationEventing Eventing, IServiceProvider Services, DependencyWaiter Waiter,
    LaunchPlanner Planner, Guardian Guardian, ResourceLogs Logs, ApplicationFailure Failure, ConsoleReporter Reporter, ExecutionOptions Options,
    DistributedApplicationModel Model, TimeProvider Time);
