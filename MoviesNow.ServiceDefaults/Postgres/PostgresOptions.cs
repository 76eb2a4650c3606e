namespace MoviesNow.ServiceDefaults.Postgres;

/// <summary>What stands between a service and its PostgreSQL.</summary>
public enum PostgresPooler
{
    /// <summary>Nothing, or a pooler that gives each connection a session of its own.</summary>
    None,

    /// <summary>
    /// A pooler that gives a session for each transaction, such as PgBouncer with <c>pool_mode = transaction</c>: nothing outlives a
    /// transaction, and what needs a session goes past the pooler, by the connection string <c>{name}_direct</c>.
    /// </summary>
    Transaction,
}

/// <summary>How a service uses its PostgreSQL; configuration section <c>Postgres</c>, described in <c>docs/postgres.md</c>.</summary>
public sealed class PostgresOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Postgres";

    /// <summary>
    /// Key of the <see cref="Npgsql.NpgsqlDataSource"/> for what needs a session of the server beyond one transaction (locks of leaders,
    /// DETACH … CONCURRENTLY), and for statements that may take minutes. It connects by <c>ConnectionStrings:{name}_direct</c>, or as the
    /// service does where there is none.
    /// </summary>
    public const string Direct = "direct";

    /// <summary>What the connection string leads to.</summary>
    public PostgresPooler Pooler { get; set; }

    /// <summary>
    /// Whether statements may be prepared at the server. Null: unless the pooler gives sessions for transactions. True with such a pooler
    /// needs one that follows them, as PgBouncer does from 1.21 on with <c>max_prepared_statements</c>.
    /// </summary>
    public bool? PreparedStatements { get; set; }

    /// <summary>
    /// How many connections the server (or the pooler) has for this service, all replicas together; their pools follow from it. 0 leaves the
    /// pool to the connection string.
    /// </summary>
    public int Connections { get; set; }

    /// <summary>The most replicas of this service that run at once, those of a rolling update included.</summary>
    public int MaxReplicas { get; set; } = 4;

    /// <summary>The most connections of a replica that are <see cref="Direct"/>.</summary>
    public int DirectConnections { get; set; } = 8;

    /// <summary>After which the server ends a statement of a call. Callers are answered earlier: this is for those whose service is gone.</summary>
    public TimeSpan StatementTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a statement of a call waits for a lock. As <see cref="StatementTimeout"/>, it ends what nobody waits for any more.</summary>
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After which the server ends a transaction that does nothing.</summary>
    public TimeSpan IdleInTransactionTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>As <see cref="StatementTimeout"/>, for sweeps, imports, exports and sums.</summary>
    public TimeSpan LongStatementTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>As <see cref="LockTimeout"/>, for sweeps, imports, exports and sums.</summary>
    public TimeSpan LongLockTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a statement may be prepared.</summary>
    public bool MayPrepare => PreparedStatements ?? Pooler is PostgresPooler.None;

    /// <summary>The size of a replica's pool; null when the connection string says it.</summary>
    public int? PoolSize => Connections == 0 ? null : Math.Min((Connections / MaxReplicas) - DirectConnections, LargestPool);

    internal const int LargestPool = 100;
    internal const int SmallestPool = 2;
}
