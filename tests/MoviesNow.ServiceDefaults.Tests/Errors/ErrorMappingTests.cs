using System.Net.Sockets;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using Npgsql;
using StackExchange.Redis;

namespace MoviesNow.ServiceDefaults.Tests.Errors;

public sealed class ErrorMappingTests
{
    private readonly ErrorMapping _mapping = new();

    [Theory]
    [InlineData("08000", ErrorReason.DependencyUnavailable)] // connection_exception
    [InlineData("08001", ErrorReason.DependencyUnavailable)]
    [InlineData("08003", ErrorReason.DependencyUnavailable)]
    [InlineData("08004", ErrorReason.DependencyUnavailable)]
    [InlineData("08006", ErrorReason.DependencyUnavailable)]
    [InlineData("08007", ErrorReason.DependencyUnavailable)]
    [InlineData("08P01", ErrorReason.DependencyUnavailable)] // how poolers report a server that is gone
    [InlineData("25006", ErrorReason.DependencyUnavailable)] // read_only_sql_transaction: still on the old primary
    [InlineData("3D000", ErrorReason.DependencyUnavailable)] // invalid_catalog_name: not created yet
    [InlineData("53000", ErrorReason.DependencyUnavailable)]
    [InlineData("53100", ErrorReason.DependencyUnavailable)] // disk_full
    [InlineData("53200", ErrorReason.DependencyUnavailable)] // out_of_memory
    [InlineData("53300", ErrorReason.DependencyUnavailable)] // too_many_connections
    [InlineData("57014", ErrorReason.DependencyUnavailable)] // query_canceled by the server's own time-out
    [InlineData("57P01", ErrorReason.DependencyUnavailable)] // admin_shutdown
    [InlineData("57P02", ErrorReason.DependencyUnavailable)] // crash_shutdown
    [InlineData("57P03", ErrorReason.DependencyUnavailable)] // cannot_connect_now
    [InlineData("57P04", ErrorReason.DependencyUnavailable)] // database_dropped
    [InlineData("57P05", ErrorReason.DependencyUnavailable)] // idle_session_timeout
    [InlineData("58000", ErrorReason.DependencyUnavailable)]
    [InlineData("58030", ErrorReason.DependencyUnavailable)] // io_error
    [InlineData("40001", ErrorReason.ConflictRetry)] // serialization_failure
    [InlineData("40P01", ErrorReason.ConflictRetry)] // deadlock_detected
    [InlineData("55P03", ErrorReason.ConflictRetry)] // lock_not_available
    [InlineData("23505", ErrorReason.Internal)] // a violation that its store did not expect is a defect
    [InlineData("23514", ErrorReason.Internal)]
    [InlineData("22001", ErrorReason.Internal)]
    [InlineData("28P01", ErrorReason.Internal)]
    [InlineData("42P01", ErrorReason.Internal)]
    [InlineData("42601", ErrorReason.Internal)]
    [InlineData("XX000", ErrorReason.Internal)]
    public void ReasonFor_SqlState_IsWhatItMeansToTheCaller(string sqlState, ErrorReason expected) =>
        Assert.Equal(expected, _mapping.ReasonFor(Postgres(sqlState), callerGaveUp: false, deadlinePassed: false));

    /// <summary>A session that the server ends is its trouble, unless it is about who asks for one.</summary>
    [Theory]
    [InlineData("XX000", ErrorReason.DependencyUnavailable)] // a full disk: could not write init file
    [InlineData("55000", ErrorReason.DependencyUnavailable)] // a database that takes no connections for the moment
    [InlineData("28P01", ErrorReason.Internal)]
    [InlineData("42501", ErrorReason.Internal)]
    public void ReasonFor_SessionThatTheServerEnds_IsAnOutageUnlessItIsRefused(string sqlState, ErrorReason expected)
    {
        foreach (var severity in (string[])["FATAL", "PANIC"])
        {
            var exception = new PostgresException("x", severity, severity, sqlState);
            Assert.Equal(expected, _mapping.ReasonFor(exception, callerGaveUp: false, deadlinePassed: false));
            Assert.Equal(expected, _mapping.ReasonFor(new NpgsqlException("x", new AggregateException(exception)), callerGaveUp: false, deadlinePassed: false));
        }
    }

    [Theory]
    [InlineData("57014", false, ErrorReason.Cancelled)]
    [InlineData("57014", true, ErrorReason.DeadlineExceeded)]
    [InlineData("57P01", false, ErrorReason.DependencyUnavailable)]
    [InlineData("40001", true, ErrorReason.ConflictRetry)]
    public void ReasonFor_SqlStateAfterTheCallerGaveUp_IsTheCallersDoingOnlyForACancelledQuery(string sqlState, bool deadlinePassed, ErrorReason expected) =>
        Assert.Equal(expected, _mapping.ReasonFor(Postgres(sqlState), callerGaveUp: true, deadlinePassed));

    public static TheoryData<Exception, ErrorReason> Exceptions() => new()
    {
        { new NpgsqlException("x", new SocketException(111)), ErrorReason.DependencyUnavailable },
        { new NpgsqlException("x", new EndOfStreamException()), ErrorReason.DependencyUnavailable },
        { new NpgsqlException("x", new TimeoutException()), ErrorReason.DependencyUnavailable },
        { new NpgsqlException("x"), ErrorReason.Internal },
        // Of several hosts none is there, or none takes writes.
        { new NpgsqlException("No suitable host was found."), ErrorReason.DependencyUnavailable },
        { new NpgsqlException("x", new AggregateException(new SocketException(111), Postgres("28P01"))), ErrorReason.DependencyUnavailable },
        { new NpgsqlException("x", new AggregateException(new NpgsqlException("x", new SocketException(111)))), ErrorReason.DependencyUnavailable },
        { new NpgsqlException("x", new AggregateException(new TimeoutException())), ErrorReason.DependencyUnavailable },
        { new NpgsqlException("x", new AggregateException(Postgres("57P03"))), ErrorReason.DependencyUnavailable },
        { new NpgsqlException("x", new AggregateException(Postgres("28P01"))), ErrorReason.Internal },
        { new SocketException(111), ErrorReason.DependencyUnavailable },
        { new TimeoutException(), ErrorReason.DependencyUnavailable },
        { new OperationCanceledException(), ErrorReason.DependencyUnavailable },
        { new RedisConnectionException(ConnectionFailureType.UnableToConnect, "x"), ErrorReason.DependencyUnavailable },
        { new RedisTimeoutException("x", CommandStatus.Sent), ErrorReason.DependencyUnavailable },
        { new RedisServerException("LOADING Redis is loading the dataset in memory"), ErrorReason.DependencyUnavailable },
        { new RedisServerException("READONLY You can't write against a read only replica."), ErrorReason.DependencyUnavailable },
        { new RedisServerException("CLUSTERDOWN The cluster is down"), ErrorReason.DependencyUnavailable },
        // What the driver says when the node that it was sent to is away.
        { new RedisServerException("Endpoint 127.0.0.1:1 serving hashslot 1 is not reachable at this point of time."), ErrorReason.DependencyUnavailable },
        { new RedisServerException("MOVED 1 127.0.0.1:1"), ErrorReason.DependencyUnavailable },
        // A replica that was promoted, before the driver has learned of it; a defect.
        { new RedisCommandException("Command cannot be issued to a replica: HINCRBY"), ErrorReason.DependencyUnavailable },
        { new RedisCommandException("Multi-key operations must involve a single slot"), ErrorReason.Internal },
        { new RedisServerException("ERR syntax error"), ErrorReason.Internal },
        { new RedisServerException("WRONGTYPE Operation against a key"), ErrorReason.Internal },
        { new IOException(), ErrorReason.Internal },
        { new InvalidOperationException(), ErrorReason.Internal },
        { new KeyNotFoundException(), ErrorReason.Internal },
    };

    [Theory]
    [MemberData(nameof(Exceptions), DisableDiscoveryEnumeration = true)]
    public void ReasonFor_Exception_IsWhatItMeansToTheCaller(Exception exception, ErrorReason expected) =>
        Assert.Equal(expected, _mapping.ReasonFor(exception, callerGaveUp: false, deadlinePassed: false));

    public static TheoryData<Exception> CancelledWork() => new(
        new OperationCanceledException(), new TaskCanceledException(), new NpgsqlException("x", new OperationCanceledException()));

    [Theory]
    [MemberData(nameof(CancelledWork), DisableDiscoveryEnumeration = true)]
    public void ReasonFor_WorkThatTheCallerGaveUp_TellsCancellationFromDeadline(Exception exception)
    {
        Assert.Equal(ErrorReason.Cancelled, _mapping.ReasonFor(exception, callerGaveUp: true, deadlinePassed: false));
        Assert.Equal(ErrorReason.DeadlineExceeded, _mapping.ReasonFor(exception, callerGaveUp: true, deadlinePassed: true));
    }

    [Fact]
    public void ReasonFor_DefectAfterTheCallerGaveUp_IsStillADefect() =>
        Assert.Equal(ErrorReason.Internal, _mapping.ReasonFor(new InvalidOperationException(), callerGaveUp: true, deadlinePassed: true));

    [Fact]
    public void Unavailable_ExceptionOfAServicesOwnDependency_IncludesDerivedOnes()
    {
        _mapping.Unavailable<IOException>();

        Assert.Equal(ErrorReason.DependencyUnavailable, _mapping.ReasonFor(new FileNotFoundException(), callerGaveUp: false, deadlinePassed: false));
    }

    private static PostgresException Postgres(string sqlState) => new("x", "ERROR", "ERROR", sqlState);
}
