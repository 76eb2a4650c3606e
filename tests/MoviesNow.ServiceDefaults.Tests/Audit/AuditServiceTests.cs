using Google.Protobuf.WellKnownTypes;
using MoviesNow.Common.V1;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.ServiceDefaults.Tests.Audit;

public sealed class AuditServiceTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const string Publish = "moviesnow.catalog.v1.TitleService/PublishTitle";
    private const string Archive = "moviesnow.catalog.v1.TitleService/ArchiveTitle";

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private AuditHost _host = null!;

    private AuditService.AuditServiceClient Admin => new(_host.Host.As(Who.Admin));

    private AuditService.AuditServiceClient Service => new(_host.Host.As(Who.Service));

    public async Task InitializeAsync() => _host = await AuditHost.StartAsync(await postgres.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Append_EntryOfAService_IsListedAsItIsAndOnce()
    {
        var entry = Entry(0, target: Guid.CreateVersion7().ToString(), outcome: "NOT_FOUND");
        entry.CorrelationId = "0af7651916cd43dd8448eb211c80319c";
        await Service.AppendAuditEntryAsync(new AppendAuditEntryRequest { Entry = entry });
        await Service.AppendAuditEntryAsync(new AppendAuditEntryRequest { Entry = new AuditEntry(entry) { Outcome = "OK" } });

        Assert.Equal([entry], (await Admin.ListAuditEntriesAsync(new ListAuditEntriesRequest())).Entries);
    }

    [Fact]
    public async Task Append_BadFields_AreNamed()
    {
        await RpcAssert.FailsOnFieldsAsync(
            ["entry.id", "entry.time", "entry.actor", "entry.method", "entry.outcome"],
            async () => await Service.AppendAuditEntryAsync(new AppendAuditEntryRequest()));
        await FailsAsync("entry.id", entry => entry.Id = "x");
        await FailsAsync("entry.time", entry => entry.Time = new Timestamp { Seconds = long.MaxValue });
        await FailsAsync("entry.actor", entry => entry.Actor = new string('a', 257));
        await FailsAsync("entry.actor", entry => entry.Actor = "a\0");
        await FailsAsync("entry.method", entry => entry.Method = $"/{Publish}");
        await FailsAsync("entry.method", entry => entry.Method = "moviesnow.catalog.v1.TitleService/GetTitle");
        await FailsAsync("entry.target", entry => entry.Target = "https://bucket.example/x");
        await FailsAsync("entry.target", entry => entry.Target = "AbCdEfGhIjKlMnOpQrStUvWxYz012345");
        await FailsAsync("entry.outcome", entry => entry.Outcome = "ok");
        await FailsAsync("entry.correlation_id", entry => entry.CorrelationId = "x");
        Assert.Empty(await _host.RowsAsync());

        Task FailsAsync(string field, Action<AuditEntry> spoil)
        {
            var entry = Entry(0);
            spoil(entry);
            return RpcAssert.FailsOnFieldsAsync([field], async () => await Service.AppendAuditEntryAsync(new AppendAuditEntryRequest { Entry = entry }));
        }
    }

    [Fact]
    public async Task List_PageByPage_GivesAllNewestFirstOnceEvenAtEqualTimes()
    {
        // Several at each time.
        var entries = Enumerable.Range(0, 25).Select(i => Entry(i / 4)).ToList();
        await AppendAsync(entries);

        var listed = new List<AuditEntry>();
        var request = new ListAuditEntriesRequest { PageSize = 4 };
        do
        {
            var page = await Admin.ListAuditEntriesAsync(request);
            Assert.InRange(page.Entries.Count, 1, 4);
            listed.AddRange(page.Entries);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(entries.OrderByDescending(entry => entry.Time.Seconds).ThenByDescending(entry => entry.Id, StringComparer.Ordinal), listed);
    }

    [Fact]
    public async Task List_Filters_NarrowAndCombine()
    {
        var id = Guid.CreateVersion7().ToString();
        var entries = new[]
        {
            Entry(0, actor: "ada"), Entry(1, actor: "ben", target: id), Entry(2, actor: "ada", method: Archive, target: id), Entry(3, actor: "ada", target: id, outcome: "NOT_FOUND"),
        };
        await AppendAsync(entries);

        await ListsAsync([3, 2, 1, 0], new());
        await ListsAsync([3, 2, 0], new() { Actor = "ada" });
        await ListsAsync([3, 2, 1], new() { Target = id });
        await ListsAsync([3, 2, 1], new() { Target = id.ToUpperInvariant() });
        await ListsAsync([2], new() { Method = Archive });
        await ListsAsync([3], new() { Actor = "ada", Method = Publish, Target = id });
        await ListsAsync([3, 2], new() { From = entries[2].Time });
        await ListsAsync([1, 0], new() { Until = entries[2].Time });
        await ListsAsync([2, 1], new() { From = entries[1].Time, Until = entries[3].Time });
        await ListsAsync([], new() { Actor = "ad" });
        await ListsAsync([], new() { Target = "Dark Rivers" });

        async Task ListsAsync(int[] expected, ListAuditEntriesRequest request) =>
            Assert.Equal(expected.Select(i => entries[i]), (await Admin.ListAuditEntriesAsync(request)).Entries);
    }

    [Fact]
    public async Task List_PageSizes_AreCoercedAndDefaulted()
    {
        await AppendAsync(Enumerable.Range(0, 201).Select(i => Entry(i)));

        Assert.Equal(50, (await Admin.ListAuditEntriesAsync(new ListAuditEntriesRequest())).Entries.Count);
        Assert.Equal(200, (await Admin.ListAuditEntriesAsync(new ListAuditEntriesRequest { PageSize = 10_000 })).Entries.Count);
    }

    [Fact]
    public async Task List_BadFields_AreNamed()
    {
        var time = Timestamp.FromDateTimeOffset(Start);
        var longText = new string('a', 257);
        await RpcAssert.FailsOnFieldsAsync(
            ["page_size", "actor", "method", "target", "from", "until"],
            async () => await Admin.ListAuditEntriesAsync(new ListAuditEntriesRequest
            {
                PageSize = -1,
                Actor = longText,
                Method = longText,
                Target = longText,
                From = new Timestamp { Seconds = long.MaxValue },
                Until = new Timestamp { Nanos = -1 },
            }));
        await RpcAssert.FailsOnFieldsAsync(["until"], async () => await Admin.ListAuditEntriesAsync(new ListAuditEntriesRequest { From = time, Until = time }));
        await RpcAssert.FailsOnFieldsAsync(["actor"], async () => await Admin.ListAuditEntriesAsync(new ListAuditEntriesRequest { Actor = "a\0" }));
    }

    [Fact]
    public async Task List_TokenOfAnotherRequest_IsRefused()
    {
        await AppendAsync([Entry(0), Entry(1)]);
        var token = (await Admin.ListAuditEntriesAsync(new ListAuditEntriesRequest { PageSize = 1 })).NextPageToken;

        Assert.Single((await Admin.ListAuditEntriesAsync(new ListAuditEntriesRequest { PageSize = 9, PageToken = token })).Entries);
        await RpcAssert.FailsAsync(
            ErrorReason.InvalidPageToken, async () => await Admin.ListAuditEntriesAsync(new ListAuditEntriesRequest { Actor = "ada", PageToken = token }));
        await RpcAssert.FailsAsync(ErrorReason.InvalidPageToken, async () => await Admin.ListAuditEntriesAsync(new ListAuditEntriesRequest { PageToken = "x" }));
    }

    private async Task AppendAsync(IEnumerable<AuditEntry> entries)
    {
        foreach (var entry in entries)
        {
            await Service.AppendAuditEntryAsync(new AppendAuditEntryRequest { Entry = entry });
        }
    }

    private static AuditEntry Entry(int second, string actor = "cem", string method = Publish, string target = "", string outcome = "OK") => new()
    {
        Id = Guid.NewGuid().ToString(),
        Time = Timestamp.FromDateTimeOffset(Start.AddSeconds(second)),
        Actor = actor,
        Method = method,
        Target = target,
        Outcome = outcome,
    };
}
