using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using StackExchange.Redis;
using StackExchange.Redis.Profiling;

namespace Aspire.StackExchange.Redis;

/// <summary>
/// A client span per command under a recorded activity, from the library's own profiler. Spans carry command, database
/// and server, never keys or values. They are written at most a second after the fact, and when disposed.
/// </summary>
internal sealed class RedisTracing : IDisposable
{
    public const string SourceName = "OpenTelemetry.Instrumentation.StackExchangeRedis";

    private static readonly ActivitySource Source = new(SourceName);

    private readonly ConcurrentDictionary<Activity, ProfilingSession> _sessions = new(ReferenceEqualityComparer.Instance);
    private readonly ITimer _timer;

    public RedisTracing(TimeProvider time) =>
        _timer = time.CreateTimer(_ => Flush(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

    public void Attach(IConnectionMultiplexer connection) => connection.RegisterProfiler(Session!);

    public void Dispose()
    {
        _timer.Dispose();
        Flush();
    }

    private ProfilingSession? Session() =>
        Source.HasListeners() && Activity.Current is { Recorded: true, IsStopped: false } parent
            ? _sessions.GetOrAdd(parent, static _ => new ProfilingSession())
            : null;

    private void Flush()
    {
        foreach (var (parent, session) in _sessions)
        {
            // Asked first: a command that starts in between finds no session once the parent has stopped.
            var ended = parent.IsStopped;
            foreach (var command in session.FinishProfiling())
                Write(command, parent.Context);
            if (ended)
                _sessions.TryRemove(parent, out _);
        }
    }

    private static void Write(IProfiledCommand command, ActivityContext parent)
    {
        var start = new DateTimeOffset(DateTime.SpecifyKind(command.CommandCreated, DateTimeKind.Utc));
        using var span = Source.StartActivity(ActivityKind.Client, parent, startTime: start, name: command.Command);
        if (span is null)
            return;

        span.SetTag("db.system.name", "redis");
        span.SetTag("db.operation.name", command.Command);
        span.SetTag("db.namespace", command.Db.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var (host, port) = command.EndPoint switch
        {
            IPEndPoint ip => (ip.Address.ToString(), ip.Port),
            DnsEndPoint dns => (dns.Host, dns.Port),
            var other => (other?.ToString(), 0),
        };
        span.SetTag("server.address", host);
        if (port > 0)
            span.SetTag("server.port", port);
        span.SetEndTime((start + command.ElapsedTime).UtcDateTime);
    }
}
