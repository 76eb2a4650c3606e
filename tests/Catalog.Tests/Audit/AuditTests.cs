using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Npgsql;

namespace MoviesNow.Catalog.Tests.Audit;

[Collection(CatalogTestGroup.Name)]
public sealed class AuditTests(CatalogFixture catalog)
{
    [Fact]
    public async Task ChangesOfATitle_ByAnAdmin_LeaveOneRowEach()
    {
        var admin = catalog.One.Admin.Titles;
        var title = await catalog.One.TitleAsync(TitleKind.Movie, "Hidden Name");
        await admin.PublishTitleAsync(new() { TitleId = title.Id });
        await RpcAssert.FailsAsync(
            ErrorReason.EtagMismatch,
            async () => await admin.UpdateTitleAsync(new() { Title = new() { Id = title.Id, Etag = "0", Name = "x" }, UpdateMask = new() { Paths = { "name" } } }));
        await RpcAssert.FailsAsync(ErrorReason.InvalidState, async () => await admin.DeleteTitleAsync(new() { TitleId = title.Id }));
        await admin.GetTitleAsync(new() { TitleId = title.Id });
        await catalog.One.Public.Titles.GetTitleAsync(new() { TitleId = title.Id });
        await RpcAssert.FailsAsync(ErrorReason.AdminRequired, async () => await catalog.One.As(Identity.Viewer).Titles.ArchiveTitleAsync(new() { TitleId = title.Id }));

        var entries = await EntriesAsync(title.Id);

        Assert.Equal(["CreateTitle OK", "PublishTitle OK", "UpdateTitle ABORTED", "DeleteTitle FAILED_PRECONDITION"], entries.Select(Short));
        Assert.All(entries, entry => Assert.Equal(Identity.Admin.Subject, entry.Actor));
        Assert.DoesNotContain("Hidden Name", entries.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangesOfABundle_ByServicesAndAnAdmin_LeaveTheAdmins()
    {
        var bundle = await catalog.One.BundleAsync(BundleState.Published);
        await catalog.One.Service.Bundles.ReleaseBundleAsync(new() { BundleId = bundle.Id });

        Assert.Equal(["PublishBundle OK"], (await EntriesAsync(bundle.Id)).Select(Short));
    }

    [Fact]
    public async Task Create_ThatFails_LeavesARowWithoutATarget()
    {
        var somebody = Identity.Admin with { Subject = $"admin-{Guid.NewGuid()}" };
        await RpcAssert.FailsAsync(
            ErrorReason.TitleNotFound, async () => await catalog.One.As(somebody).Seasons.CreateSeasonAsync(new() { TitleId = Samples.NewId().ToString(), Number = 1 }));

        var entry = Assert.Single((await Trail.ListAuditEntriesAsync(new() { Actor = somebody.Subject })).Entries);
        Assert.Equal(("CreateSeason NOT_FOUND", ""), (Short(entry), entry.Target));
    }

    private AuditService.AuditServiceClient Trail => new(catalog.Two.Admin.Invoker);

    /// <summary>The entries of a target, in the order of their making, as another replica lists them.</summary>
    private async Task<IReadOnlyList<AuditEntry>> EntriesAsync(string target) =>
        [.. (await Trail.ListAuditEntriesAsync(new() { Target = target })).Entries.Reverse()];

    private static string Short(AuditEntry entry) => $"{entry.Method.Split('/')[1]} {entry.Outcome}";
}

public sealed class AuditOutageTests(PostgresFixture postgres, GarnetFixture garnet) : IClassFixture<PostgresFixture>, IClassFixture<GarnetFixture>
{
    [Fact]
    public async Task Change_WithoutTheTrail_IsMadeAllTheSame()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(connectionString);
        await Migrations.RunAsync(database);
        await using (var drop = database.CreateCommand("DROP TABLE audit_entries"))
        {
            await drop.ExecuteNonQueryAsync();
        }

        await using var replica = new Replica(connectionString, garnet.ConnectionString);

        var title = await replica.TitleAsync(published: true);

        Assert.Equal(title, (await replica.Public.Titles.GetTitleAsync(new() { TitleId = title.Id })).Title);
    }
}
