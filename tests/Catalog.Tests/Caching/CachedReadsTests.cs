using System.Collections.Concurrent;
using System.Diagnostics;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Caching;

/// <summary>What the public reads of titles on three replicas, while they change.</summary>
[Collection(CatalogTestGroup.Name)]
public sealed class CachedReadsTests(CatalogFixture catalog)
{
    // What the service promises for changes that another replica makes.
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task GetTitle_WhileItChanges_IsNeverOlderThanPromised()
    {
        await using var three = catalog.Shifted(TimeSpan.Zero);
        Replica[] replicas = [catalog.One, catalog.Two, three];
        var title = await catalog.One.TitleAsync(TitleKind.Movie, "Version 0", published: true);
        var writes = new ConcurrentQueue<(int Version, int Replica, long Done)>();
        var reads = new ConcurrentQueue<(int Version, int Replica, long Started)>();
        using var writing = new CancellationTokenSource();

        var readers = Enumerable.Range(0, 6).Select(async i =>
        {
            var client = replicas[i % 3].Public.Titles;
            while (!writing.IsCancellationRequested)
            {
                var started = Stopwatch.GetTimestamp();
                var read = (await client.GetTitleAsync(new() { TitleId = title.Id })).Title;
                reads.Enqueue((VersionOf(read), i % 3, started));
            }
        }).ToArray();
        for (var version = 1; version <= 60; version++)
        {
            var writer = version % 3;
            title = (await replicas[writer].Admin.Titles.UpdateTitleAsync(new()
            {
                Title = new() { Id = title.Id, Etag = title.Etag, Name = $"Version {version}" },
                UpdateMask = new() { Paths = { "name" } },
            })).Title;
            writes.Enqueue((version, writer, Stopwatch.GetTimestamp()));
        }

        await writing.CancelAsync();
        await Task.WhenAll(readers);

        var promise = (long)(Promise.TotalSeconds * Stopwatch.Frequency);
        Assert.All(reads, read =>
        {
            var owed = writes.Where(write => write.Done <= read.Started - (write.Replica == read.Replica ? 0 : promise)).Select(write => write.Version).DefaultIfEmpty(0).Max();
            Assert.True(read.Version >= owed, $"Version {read.Version} was read when {owed} was owed.");
        });
        Assert.True(reads.Count > 60);
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

    private static int VersionOf(Title title) => int.Parse(title.Name.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
}
