using System.Diagnostics;
using System.Reflection;
using OpenTelemetry.Instrumentation.StackExchangeRedis;
using StackExchange.Redis;
using StackExchange.Redis.Profiling;

namespace MoviesNow.ServiceDefaults.Observability;

/// <summary>
/// Spans of Redis commands, by the package's instrumentation, for calls whose trace is recorded. The package profiles every command
/// of every call, and drops afterwards what is not recorded: that costs a busy service more than the commands themselves.
/// </summary>
internal sealed class RedisTracing(StackExchangeRedisInstrumentation instrumentation)
{
    /// <summary>Begins with a connection.</summary>
    public void Watch(IConnectionMultiplexer connection)
    {
        var gate = DispatchProxy.Create<IConnectionMultiplexer, Gate>();
        ((Gate)(object)gate).Connection = connection;
        instrumentation.AddConnection(gate);
    }

    /// <summary>What the package takes for the connection: it only ever registers a profiler with it.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1852", Justification = "The proxy derives from it.")]
    internal class Gate : DispatchProxy
    {
        public IConnectionMultiplexer Connection { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (args is [Func<ProfilingSession?> sessions])
            {
                Connection.RegisterProfiler(() => Activity.Current is { Recorded: true } ? sessions() : null);
                return null;
            }

            throw new NotSupportedException($"The instrumentation of Redis calls {targetMethod?.Name}, which it did not before.");
        }
    }
}
