using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Npgsql;

namespace MoviesNow.Catalog.Tests.Outages;

public sealed class DatabaseOutageTests(PostgresOutageFixture postgres, GarnetFixture garnet) : IClassFixture<PostgresOutageFixture>, IClassFixture<GarnetFixture>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EveryCall_WhileTheDatabaseIsDown_IsUnavailableAndWorksAgainAfterwards(bool crash)
    {
        var connectionString = await postgres.Server.CreateDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(connectionString);
        await Migrations.RunAsync(database);
        await using var replica = new Replica(connectionString, garnet.ConnectionString);
        var title = await replica.TitleAsync(published: true);

        await (crash ? postgres.Server.KillAsync() : postgres.Server.StopAsync());

        // Twice: the first call finds a broken connection in the pool, the second finds no server.
        for (var i = 0; i < 2; i++)
        {
            await UnavailableAsync(async () => await replica.Public.Titles.GetTitleAsync(new() { TitleId = title.Id }, deadline: InTenSeconds()));
            await UnavailableAsync(async () => await replica.Admin.Titles.CreateTitleAsync(new() { Kind = TitleKind.Movie, Name = "x" }, deadline: InTenSeconds()));
            await UnavailableAsync(async () => await replica.Service.Bundles.ReserveBundleAsync(Samples.SeasonBundle(title.Id), deadline: InTenSeconds()));
            await UnavailableAsync(async () => await replica.Service.Bundles.ListBundlesAsync(new(), deadline: InTenSeconds()));
        }

        // Afterwards everything works without help. The test server may forget its last commits when it is killed.
        await postgres.Server.StartAsync();
        var bundle = await replica.BundleAsync(BundleState.Published);
        Assert.Equal(bundle, (await replica.Service.Bundles.GetBundleAsync(new() { BundleId = bundle.Id })).Bundle);
    }

    private static DateTime InTenSeconds() => DateTime.UtcNow.AddSeconds(10);

    private static async Task UnavailableAsync(Func<Task> call)
    {
        var error = await RpcAssert.FailsAsync(ErrorReason.DependencyUnavailable, call);
        Assert.NotNull(RpcErrors.DetailOf<Google.Rpc.RetryInfo>(error));
        Assert.DoesNotContain("127.0.0.1", error.ToString(), StringComparison.Ordinal);
    }
}
