using Microsoft.Extensions.Options;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.Transfer;
using MoviesNow.ServiceDefaults.Observability;
using MoviesNow.ServiceDefaults.Postgres;
using Npgsql;

namespace MoviesNow.Catalog.Upkeep;

/// <summary>
/// What the catalogue needs beside its calls, at the start and every hour, on one replica at a time: brings search keys up to the rules of
/// this version, and cleans up after imports.
/// </summary>
internal sealed class CatalogUpkeep(
    [FromKeyedServices(PostgresOptions.Direct)] NpgsqlDataSource database, IOptions<ImportOptions> options, TimeProvider time,
    ILogger<CatalogUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            using var span = BackgroundWork.Start("maintain catalogue");
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                span.Fail(exception);
                // Every step is committed by itself, and the next run goes on from there.
                logger.LogWarning("Upkeep of the catalogue was interrupted: {ExceptionType}", exception.GetType().FullName);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Runs once; false when another replica is at it.</summary>
    internal async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        await using var alone = await SessionLock.TryTakeAsync(database, "catalog upkeep", cancellationToken);
        if (alone is null)
        {
            return false;
        }

        var titles = await new SearchKeyBackfill(alone.Connection).RunAsync(cancellationToken);
        var cleaner = new ImportCleaner(alone.Connection, before: time.GetUtcNow().AddDays(-options.Value.RetentionDays));
        var imports = await cleaner.DeleteImportsAsync(cancellationToken);
        var names = await cleaner.DeleteEpisodeNamesAsync(cancellationToken);
        if (titles + imports + names > 0)
        {
            logger.LogInformation(
                "Brought search keys of {Titles} titles up to date, deleted {Imports} imports and the names of {Episodes} episodes that waited for a place",
                titles, imports, names);
        }

        return true;
    }
}
