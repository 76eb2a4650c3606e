using System.Data;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using MoviesNow.Catalog.Seasons;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Postgres;
using Npgsql;

namespace MoviesNow.Catalog.Transfer;

/// <summary>
/// Writes the whole catalogue as JSON Lines. All statements see one snapshot; a page of titles is in memory at a time, and seasons and
/// episodes are not held at all.
/// </summary>
internal sealed class CatalogExport([FromKeyedServices(PostgresOptions.Direct)] NpgsqlDataSource database)
{
    private const int PageSize = 500;
    private const int SeasonColumns = 8;

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default);

    // A season without episodes has one row.
    private static readonly string Below = $"""
        SELECT {SeasonStore.Columns}, {EpisodeStore.Columns}
        FROM season LEFT JOIN episode ON episode.season_id = season.id
        WHERE season.title_id = ANY ($1)
        ORDER BY season.title_id, season.number, episode.number
        """;

    /// <summary>Writes lines in UTF-8, each with a line feed behind it.</summary>
    /// <param name="write">Takes the lines one after the other.</param>
    /// <param name="cancellationToken">Ends the export.</param>
    public async Task WriteAsync(Func<ReadOnlyMemory<byte>, Task> write, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        for (var titles = await PageAsync(connection, default, cancellationToken); titles.Count > 0;)
        {
            await WritePageAsync(connection, titles, write, cancellationToken);
            titles = await PageAsync(connection, Guid.Parse(titles[^1].Id), cancellationToken);
        }
    }

    private static async Task<List<Title>> PageAsync(NpgsqlConnection connection, Guid after, CancellationToken cancellationToken)
    {
        await using var command = connection.BatchCommand($"SELECT {TitleRow.Columns} FROM title WHERE title.id > $1 ORDER BY title.id LIMIT $2", after, PageSize);
        return await command.ListAsync(TitleRow.Read, cancellationToken);
    }

    private static async Task WritePageAsync(
        NpgsqlConnection connection, List<Title> titles, Func<ReadOnlyMemory<byte>, Task> write, CancellationToken cancellationToken)
    {
        var next = 0;
        var seasonId = "";
        await using var command = connection.BatchCommand(Below, (object)titles.Select(title => Guid.Parse(title.Id)).ToArray());
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var season = SeasonStore.Read(rows);
            while (next == 0 || !string.Equals(titles[next - 1].Id, season.TitleId, StringComparison.Ordinal))
            {
                await write(Line(new() { Title = Bare(titles[next++]) }));
            }

            if (!string.Equals(seasonId, season.Id, StringComparison.Ordinal))
            {
                seasonId = season.Id;
                (season.CreateTime, season.UpdateTime, season.Etag) = (null, null, "");
                await write(Line(new() { Season = season }));
            }

            if (!await rows.IsDBNullAsync(SeasonColumns, cancellationToken))
            {
                var episode = EpisodeStore.Read(rows, SeasonColumns);
                (episode.CreateTime, episode.UpdateTime, episode.Etag) = (null, null, "");
                await write(Line(new() { Episode = episode }));
            }
        }

        while (next < titles.Count)
        {
            await write(Line(new() { Title = Bare(titles[next++]) }));
        }
    }

    private static Title Bare(Title title)
    {
        (title.CreateTime, title.UpdateTime, title.Etag) = (null, null, "");
        title.Availability = title.Availability.Equals(new Availability()) ? null : title.Availability;
        return title;
    }

    private static byte[] Line(CatalogRecord record)
    {
        var line = new StringWriter(CultureInfo.InvariantCulture);
        Formatter.Format(record, line);
        line.Write('\n');
        return Encoding.UTF8.GetBytes(line.ToString());
    }
}
