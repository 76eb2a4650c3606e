using System.Data;
using Microsoft.Extensions.Options;
using MoviesNow.Catalog.Assets;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.Streams;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Postgres;
using Npgsql;

namespace MoviesNow.Catalog.Playback;

/// <summary>What the database has about playing a film or an episode.</summary>
/// <param name="Kind">Film or series.</param>
/// <param name="OriginalLanguage">Original language of the title; empty when unknown.</param>
/// <param name="State">State of the title.</param>
/// <param name="Availability">When and where the title may be watched.</param>
/// <param name="HasEpisode">True when the title has the episode.</param>
/// <param name="HasVideo">True when there is a video asset.</param>
/// <param name="Variants">Variants of the video asset that can be played: streamable ones, and audio.</param>
/// <param name="Assets">Subtitles, captions and artwork.</param>
internal sealed record PlaybackRows(
    TitleKind Kind, string OriginalLanguage, TitleState State, AvailabilityWindow Availability, bool HasEpisode, bool HasVideo,
    List<StreamVariant> Variants, List<MediaAsset> Assets);

/// <summary>Reads what it takes to play something.</summary>
internal sealed class PlaybackStore(NpgsqlDataSource database, IOptions<PostgresOptions> postgres)
{
    // A film's own assets have neither season nor episode; an episode's have both.
    private const string Scope = "title_id = $1 AND episode_id IS NOT DISTINCT FROM $2::uuid AND (season_id IS NULL) = ($2::uuid IS NULL)";

    // Several languages may have a primary each.
    private const string Video = $"""
        SELECT asset.id FROM asset WHERE {Scope} AND kind = 'Video' ORDER BY is_primary DESC, sort_order, id LIMIT 1
        """;

    /// <summary>All about a title, or one of its episodes; null when there is no such title.</summary>
    public async Task<PlaybackRows?> ReadAsync(Guid titleId, Guid? episodeId, CancellationToken cancellationToken)
    {
        // One moment for all of it: a package that is published meanwhile is read as a whole or not at all.
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using var batch = new NpgsqlBatch(connection, moment);
        batch.Add($"""
            SELECT title.kind, title.original_language, title.state,
                   title.available_from, title.available_until, title.country_rule, title.countries,
                   EXISTS (SELECT FROM episode WHERE title_id = $1 AND id = $2::uuid), EXISTS ({Video})
            FROM title WHERE title.id = $1
            """, titleId, episodeId);
        // Audio that is kept for download only lies elsewhere, and no player is let in there.
        batch.Add($"""
            SELECT {VariantRow.Columns} FROM stream_variant
            WHERE asset_id = ({Video})
              AND (is_streamable OR (is_audio_only AND protocol = 'Hls' AND starts_with(storage_key, 'hls/')))
            """, titleId, episodeId);
        batch.Add($"""
            SELECT {AssetStore.Columns} FROM asset
            WHERE {Scope} AND kind IN ('Subtitle', 'Caption', 'Poster', 'Backdrop', 'Still', 'Thumbnail', 'Banner', 'Logo')
            """, titleId, episodeId);
        // Each delivery service asks for what is being watched about once a second: the plans are kept with the connection.
        if (postgres.Value.MayPrepare)
        {
            await batch.PrepareAsync(cancellationToken);
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var (kind, language) = (reader.Enum<TitleKind>(0), reader.GetString(1));
        var (state, availability) = (reader.Enum<TitleState>(2), AvailabilityWindow.Of(TitleRow.ReadAvailability(reader, 3)));
        var (hasEpisode, hasVideo) = (reader.GetBoolean(7), reader.GetBoolean(8));
        await reader.NextResultAsync(cancellationToken);
        var variants = await reader.ListAsync(VariantRow.Read, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var assets = await reader.ListAsync(AssetStore.Read, cancellationToken);
        return new PlaybackRows(kind, language, state, availability, hasEpisode, hasVideo, variants, assets);
    }
}
