using MoviesNow.Catalog.V1;
using MoviesNow.Storage;
using MoviesNow.Upload.Multipart;
using MoviesNow.Upload.V1;
using Npgsql;
using NpgsqlTypes;

namespace MoviesNow.Upload.Uploads;

/// <summary>A session as a row of the table <c>upload</c>.</summary>
internal static class UploadRow
{
    /// <summary>The columns in the order in which <see cref="Read"/> and <see cref="Parameters"/> have them.</summary>
    public const string Columns = """
        id, owner, purpose, title_id, season_id, episode_id, bundle_id, asset_kind, language, storage_key, file_name, size_bytes,
        content_type, sha256, method, part_size_bytes, encryption, storage_upload_id, state, close_as, lease_until, deadline,
        storage_etag, asset_id, created_at, updated_at, effect_id, attempt, part_checksums, problem_reason, problem_detail, problem_at,
        urls_expire_at, closed_at
        """;

    /// <summary>Reads the session $1, unless no caller may know of it yet.</summary>
    public const string FindSql = $"SELECT {Columns} FROM upload WHERE id = $1 AND state <> 'opening'";

    /// <summary>The session that a command reads or changes; null when there is none.</summary>
    public static async Task<UploadSession?> OneAsync(
        NpgsqlConnection connection, string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    public static string Text(SessionState state) => state.ToString().ToLowerInvariant();

    public static string Text(CloseOutcome outcome) => outcome.ToString().ToLowerInvariant();

    public static NpgsqlParameter[] Parameters(UploadSession session) =>
    [
        new() { Value = session.Id },
        new() { Value = session.Owner },
        new() { Value = (short)session.Purpose },
        new() { Value = session.TitleId },
        Nullable(session.SeasonId, NpgsqlDbType.Uuid),
        Nullable(session.EpisodeId, NpgsqlDbType.Uuid),
        Nullable(session.BundleId, NpgsqlDbType.Uuid),
        new() { Value = (short)session.AssetKind },
        new() { Value = session.Language },
        new() { Value = session.Key.Value },
        new() { Value = session.FileName },
        new() { Value = session.Size },
        new() { Value = session.ContentType },
        new() { Value = session.Sha256.Hex },
        new() { Value = (short)session.Method },
        Nullable(session.Parts?.PartSize, NpgsqlDbType.Bigint),
        new() { Value = (short)session.Encryption },
        Nullable(session.StorageUploadId, NpgsqlDbType.Text),
        new() { Value = Text(session.State) },
        Nullable(session.CloseAs is { } outcome ? Text(outcome) : null, NpgsqlDbType.Text),
        new() { Value = session.LeaseUntil },
        new() { Value = session.Deadline },
        Nullable(session.StorageETag, NpgsqlDbType.Text),
        Nullable(session.AssetId, NpgsqlDbType.Uuid),
        new() { Value = session.CreatedAt },
        new() { Value = session.UpdatedAt },
        Nullable(session.EffectId, NpgsqlDbType.Uuid),
        new() { Value = session.Attempt },
        new() { Value = session.PartChecksums },
        Nullable(session.Problem?.Reason, NpgsqlDbType.Text),
        Nullable(session.Problem?.Detail, NpgsqlDbType.Text),
        Nullable(session.Problem?.FoundAt, NpgsqlDbType.TimestampTz),
        Nullable(session.UrlsExpireAt, NpgsqlDbType.TimestampTz),
        Nullable(session.ClosedAt, NpgsqlDbType.TimestampTz),
    ];

    /// <summary>A parameter that may be null.</summary>
    public static NpgsqlParameter Nullable(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };

    public static UploadSession Read(NpgsqlDataReader reader)
    {
        var size = reader.GetInt64(11);
        return new UploadSession
        {
            Id = reader.GetGuid(0),
            Owner = reader.GetString(1),
            Purpose = (UploadPurpose)reader.GetInt16(2),
            TitleId = reader.GetGuid(3),
            SeasonId = Id(reader, 4),
            EpisodeId = Id(reader, 5),
            BundleId = Id(reader, 6),
            AssetKind = (AssetKind)reader.GetInt16(7),
            Language = reader.GetString(8),
            Key = StorageKey.Parse(reader.GetString(9)),
            FileName = reader.GetString(10),
            Size = size,
            ContentType = reader.GetString(12),
            Sha256 = Digest(reader.GetString(13)),
            Method = (UploadMethod)reader.GetInt16(14),
            Parts = reader.IsDBNull(15) ? null : PartLayout.Of(size, reader.GetInt64(15)),
            Encryption = (EncryptionMode)reader.GetInt16(16),
            StorageUploadId = Text(reader, 17),
            State = Enum.Parse<SessionState>(reader.GetString(18), ignoreCase: true),
            CloseAs = Text(reader, 19) is { } outcome ? Enum.Parse<CloseOutcome>(outcome, ignoreCase: true) : null,
            LeaseUntil = reader.GetFieldValue<DateTimeOffset>(20),
            Deadline = reader.GetFieldValue<DateTimeOffset>(21),
            StorageETag = Text(reader, 22),
            AssetId = Id(reader, 23),
            CreatedAt = reader.GetFieldValue<DateTimeOffset>(24),
            UpdatedAt = reader.GetFieldValue<DateTimeOffset>(25),
            EffectId = Id(reader, 26),
            Attempt = reader.GetInt32(27),
            PartChecksums = reader.GetBoolean(28),
            Problem = Text(reader, 29) is { } reason ? new SessionProblem(reason, reader.GetString(30), reader.GetFieldValue<DateTimeOffset>(31)) : null,
            UrlsExpireAt = Time(reader, 32),
            ClosedAt = Time(reader, 33),
        };
    }

    private static Sha256Digest Digest(string hex) =>
        Sha256Digest.TryParseHex(hex, out var digest) ? digest : throw new InvalidOperationException("A stored SHA-256 is malformed.");

    private static Guid? Id(NpgsqlDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetGuid(ordinal);

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetFieldValue<DateTimeOffset>(ordinal);

    private static string? Text(NpgsqlDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetString(ordinal);
}
