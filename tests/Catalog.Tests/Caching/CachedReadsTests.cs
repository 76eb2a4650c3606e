using Grpc.Core;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;
using Npgsql;

namespace MoviesNow.Catalog.Tests.Caching;

/// <summary>What the public reads of titles on three replicas, while they change.</summary>
[Collection(CatalogTestGroup.Name)]
public sealed class CachedReadsTests(CatalogFixture catalog)
{
    // Less than answers live.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task GetTitle_WhileItChanges_IsNeverOlderThanPromised()
    {
        Replica[] replicas = [catalog.One, catalog.Two, catalog.Three];
        var title = await catalog.One.TitleAsync(TitleKind.Movie, "Version 0", published: true);
        await Promise.HoldsAsync(
            replicas,
            versions: 60,
            async (replica, version) => title = (await replica.Admin.Titles.UpdateTitleAsync(new()
            {
                Title = new() { Id = title.Id, Etag = title.Etag, Name = $"Version {version}" },
                UpdateMask = new() { Paths = { "name" } },
            })).Title,
            async replica => Promise.VersionOf((await replica.Public.Titles.GetTitleAsync(new() { TitleId = title.Id })).Title.Name));
    }

    [Fact]
    public async Task GetTitle_AfterItIsArchivedHere_IsNotFoundAtOnce()
    {
        var title = await catalog.One.TitleAsync(published: true);
        var reader = catalog.One.Public.Titles;
        await reader.GetTitleAsync(new() { TitleId = title.Id });

        await catalog.One.Admin.Titles.ArchiveTitleAsync(new() { TitleId = title.Id });

        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await reader.GetTitleAsync(new() { TitleId = title.Id }));
    }

    [Fact]
    public async Task GetTitle_AskedForBeforeItIsPublished_IsThereAtOnceOnEveryReplica()
    {
        var title = await catalog.One.TitleAsync();
        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await catalog.Two.Public.Titles.GetTitleAsync(new() { TitleId = title.Id }));

        await catalog.One.Admin.Titles.PublishTitleAsync(new() { TitleId = title.Id });

        Assert.Equal(title.Id, (await catalog.Two.Public.Titles.GetTitleAsync(new() { TitleId = title.Id })).Title.Id);
    }

    [Fact]
    public async Task GetTitle_AfterAChangeWhoseEndNobodySaw_IsReadAgain()
    {
        var title = await catalog.One.TitleAsync(TitleKind.Movie, "Before", published: true);
        Assert.Equal("Before", await NameAsync());
        await using var committed = catalog.Database.CreateCommand($"UPDATE title SET name = 'Committed' WHERE id = '{title.Id}'");
        await committed.ExecuteNonQueryAsync();
        Assert.Equal("Before", await NameAsync());

        // The call waits for the row until its caller is gone.
        await using var connection = await catalog.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var held = new NpgsqlCommand($"SELECT 1 FROM title WHERE id = '{title.Id}' FOR UPDATE", connection);
        await held.ExecuteNonQueryAsync();
        var update = new UpdateTitleRequest { Title = new() { Id = title.Id, Etag = title.Etag, Name = "Never" }, UpdateMask = new() { Paths = { "name" } } };
        await Assert.ThrowsAsync<RpcException>(async () =>
            await catalog.One.Admin.Titles.UpdateTitleAsync(update, deadline: DateTime.UtcNow.AddMilliseconds(500)));

        using var patience = new CancellationTokenSource(Patience);
        while (await NameAsync() != "Committed")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), patience.Token);
        }

        async Task<string> NameAsync() => (await catalog.One.Public.Titles.GetTitleAsync(new() { TitleId = title.Id })).Title.Name;
    }

    [Fact]
    public async Task GetTitle_FromTheCache_FollowsTheClock()
    {
        var now = DateTimeOffset.UtcNow;
        var request = new CreateTitleRequest
        {
            Kind = TitleKind.Movie,
            Name = "For an hour",
            Availability = new() { Until = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(now.AddHours(1)) },
        };
        var title = (await catalog.One.Admin.Titles.CreateTitleAsync(request)).Title;
        await catalog.One.Admin.Titles.PublishTitleAsync(new() { TitleId = title.Id });
        var clock = new SettableClock(now);
        await using var replica = catalog.With(clock);
        await replica.Public.Titles.GetTitleAsync(new() { TitleId = title.Id });

        clock.Now = now.AddHours(2);

        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await replica.Public.Titles.GetTitleAsync(new() { TitleId = title.Id }));
    }
}
