using MoviesNow.Storage;
using Npgsql;

namespace MoviesNow.Upload.Packages;

/// <summary>A package as a row of the table <c>package_upload</c>.</summary>
internal static class PackageRow
{
    /// <summary>The columns in the order in which <see cref="Read"/> has them.</summary>
    public const string Columns = """
        id, owner, title_id, season_id, episode_id, encryption, state, close_as, deadline, file_count, total_bytes, writable_until, removals,
        publication, revision, asset_id, superseded_by, remove_after, cleared_at, effect_id, created_at, updated_at
        """;

    public static string Text(PackagePhase phase) => phase.ToString().ToLowerInvariant();

    public static PackageSession Read(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetGuid(0),
        Owner = reader.GetString(1),
        TitleId = reader.GetGuid(2),
        SeasonId = Id(reader, 3),
        EpisodeId = Id(reader, 4),
        Encryption = (EncryptionMode)reader.GetInt16(5),
        Phase = Phase(reader.GetString(6)),
        CloseAs = reader.IsDBNull(7) ? null : Phase(reader.GetString(7)),
        Deadline = reader.GetFieldValue<DateTimeOffset>(8),
        FileCount = reader.GetInt32(9),
        TotalBytes = reader.GetInt64(10),
        WritableUntil = Time(reader, 11),
        Removals = reader.GetInt32(12),
        Publication = reader.IsDBNull(13) ? null : reader.GetFieldValue<byte[]>(13),
        Revision = reader.IsDBNull(14) ? null : reader.GetInt64(14),
        AssetId = Id(reader, 15),
        SupersededBy = Id(reader, 16),
        RemoveAfter = Time(reader, 17),
        ClearedAt = Time(reader, 18),
        EffectId = Id(reader, 19),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(20),
        UpdatedAt = reader.GetFieldValue<DateTimeOffset>(21),
    };

    private static PackagePhase Phase(string text) => Enum.Parse<PackagePhase>(text, ignoreCase: true);

    private static Guid? Id(NpgsqlDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetGuid(ordinal);

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : reader.GetFieldValue<DateTimeOffset>(ordinal);
}
