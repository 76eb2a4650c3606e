namespace MoviesNow.Telemetry;

/// <summary>How playback is recorded; configuration section <c>Telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Telemetry";

    /// <summary>Key of session tokens (HMAC-SHA256): base64 of at least 32 bytes, the same on every replica. Required.</summary>
    public string SessionTokenKey { get; set; } = "";

    /// <summary>Salt of the hashes that stand for addresses and user agents: base64 of at least 16 bytes, kept secret. Required.</summary>
    public string IpSalt { get; set; } = "";

    /// <summary>Whether sessions may be started without a token.</summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>What is kept of the player's user agent.</summary>
    public UserAgentRetention UserAgent { get; set; } = UserAgentRetention.Hash;

    /// <summary>Time between heartbeats that players are told, 10 to 30 seconds.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Silence after which a session that has started or plays is over, 1 minute to 1 day and longer than several heartbeats take.
    /// </summary>
    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Silence after which a paused session is over, <see cref="SessionTimeout"/> to 7 days.</summary>
    public TimeSpan PausedTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Days that sessions and their events are kept, 1 to 3,650, counted from the day on which the session started.</summary>
    public int RetentionDays { get; set; } = 90;

    /// <summary>Batches that are written at the same time, 1 to 16; each takes a connection.</summary>
    public int Writers { get; set; } = 2;

    /// <summary>Events that are written in one transaction at most, 500 to 50,000; a call is never divided.</summary>
    public int MaxBatchEvents { get; set; } = 5_000;

    /// <summary>Events that may wait for the database before calls are refused, 500 to 1,000,000; each takes at most about 3 KiB.</summary>
    public int MaxQueuedEvents { get; set; } = 20_000;
}

/// <summary>What is kept of a player's user agent.</summary>
public enum UserAgentRetention
{
    /// <summary>A salted SHA-256, which tells players apart and nothing else.</summary>
    Hash,

    /// <summary>The text, its first 256 characters.</summary>
    Keep,

    /// <summary>Nothing.</summary>
    Drop,
}
