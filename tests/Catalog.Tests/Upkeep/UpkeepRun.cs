using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.Transfer;
using MoviesNow.Catalog.Upkeep;
using Npgsql;

namespace MoviesNow.Catalog.Tests.Upkeep;

internal static class UpkeepRun
{
    /// <summary>Runs the upkeep once, some days from now; false when it is under way elsewhere.</summary>
    public static async Task<bool> UpkeepAsync(this NpgsqlDataSource database, int daysAhead = 0, int retentionDays = 30)
    {
        using var upkeep = new CatalogUpkeep(
            database, Options.Create(new ImportOptions { RetentionDays = retentionDays }), new ShiftedClock(TimeSpan.FromDays(daysAhead)),
            NullLogger<CatalogUpkeep>.Instance);
        return await upkeep.RunAsync(CancellationToken.None);
    }
}
