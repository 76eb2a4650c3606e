using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;
using static Telemetry.Tests.Hosting.Samples;

namespace Telemetry.Tests.Viewers;

public sealed class ViewerDataTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TelemetryHost _host = shared.Host;

    private ViewerService.ViewerServiceClient Admin => new(_host.Invoker(Identity.Admin));

    [Fact]
    public async Task ExportViewerData_SessionsWithEvents_TellsAllThatIsKept()
    {
        var viewer = new Viewer(_host);
        var sessions = new[] { await viewer.WatchAsync(Id(), "", 1_000), await viewer.WatchAsync(Id(), Id(), 2_000) };
        await viewer.AppendAsync(sessions[0], [.. Enumerable.Range(3, 498).Select(i => Event(i))]);
        await viewer.AppendAsync(sessions[0], [.. Enumerable.Range(501, 400).Select(i => Event(i)), Event(0)]);
        await new Viewer(_host).WatchAsync(Id(), "", 3_000);

        var items = await ExportAsync(viewer.Identity.Subject);

        var told = items.Select(item => item.Session).Where(session => session is not null).ToList();
        Assert.Equal(sessions.Select(session => session.SessionId), told.Select(session => session!.Session.Id));
        Assert.All(told, session => Assert.Equal((viewer.Identity.Subject, 64, 64), (session!.Session.Viewer, session.AddressHash.Length, session.UserAgent.Length)));
        Assert.Equal(902, items.Sum(item => item.Events?.Events.Count ?? 0));
        Assert.Equal("SEQUENCE_OUT_OF_RANGE", Assert.Single(items, item => item.RejectedEvent is not null).RejectedEvent.Reason);
    }

    [Fact]
    public async Task EraseViewerData_SessionsWithEvents_LeavesNothingOfTheViewerAndAllOfOthers()
    {
        var (viewer, other) = (new Viewer(_host), new Viewer(_host));
        var session = await viewer.WatchAsync(Id(), "", 1_000);
        await viewer.AppendAsync(session, Event(0));
        var kept = await other.WatchAsync(Id(), "", 1_000);

        var erased = await Admin.EraseViewerDataAsync(new() { Viewer = viewer.Identity.Subject });

        Assert.Equal((1, 3), (erased.SessionCount, erased.EventCount));
        Assert.Empty(await ExportAsync(viewer.Identity.Subject));
        Assert.Empty(await viewer.ListAsync());
        await RpcAssert.FailsAsync(ErrorReason.SessionNotFound, () => viewer.AppendAsync(session, Event(3)));
        await RpcAssert.FailsAsync(ErrorReason.SessionNotFound, () => _host.GetSessionAsync(session.SessionId));
        Assert.Equal(2, (await _host.ListEventsAsync(kept.SessionId)).Count);
        Assert.Equal(0, await RowsAsync(session.SessionId));
    }

    [Fact]
    public async Task EraseViewerData_ManySessionsWhileTheyAreWritten_LeavesNoRow()
    {
        var viewer = new Viewer(_host);
        var sessions = await Task.WhenAll(Enumerable.Range(0, 450).Select(_ => viewer.StartAsync(Id(), "")));
        using var stop = new CancellationTokenSource();
        var writing = Task.WhenAll(sessions.Take(40).Select(async (session, i) =>
        {
            for (var sequence = 1; !stop.IsCancellationRequested; sequence++)
            {
                try
                {
                    await _host.As(null, replica: i % 2).AppendEventsAsync(Append(session, Event(sequence)));
                }
                catch (RpcException exception) when (exception.StatusCode is StatusCode.NotFound)
                {
                    return;
                }
            }
        }));

        var erased = await Admin.EraseViewerDataAsync(new() { Viewer = viewer.Identity.Subject });
        await writing;
        await stop.CancelAsync();

        Assert.Equal(450, erased.SessionCount);
        foreach (var session in sessions.Take(40))
        {
            Assert.Equal(0, await RowsAsync(session.SessionId));
        }
    }

    [Fact]
    public async Task EraseAndExport_ByAnAdmin_LeaveRowsThatDoNotNameTheViewer()
    {
        var viewer = new Viewer(_host);
        await viewer.WatchAsync(Id(), "", 1_000);

        await ExportAsync(viewer.Identity.Subject);
        var first = await Admin.EraseViewerDataAsync(new() { Viewer = viewer.Identity.Subject });
        var again = await Admin.EraseViewerDataAsync(new() { Viewer = viewer.Identity.Subject });

        Assert.Equal((first.ViewerHash, 0L), (again.ViewerHash, again.SessionCount));
        var entries = (await new AuditService.AuditServiceClient(_host.Invoker(Identity.Admin)).ListAuditEntriesAsync(new() { Target = first.ViewerHash })).Entries;
        Assert.Equal(["EraseViewerData", "EraseViewerData", "ExportViewerData"], entries.Select(entry => entry.Method.Split('/')[1]).Order());
        Assert.All(entries, entry => Assert.Equal((Identity.Admin.Subject, "OK"), (entry.Actor, entry.Outcome)));
        Assert.Equal(0L, await _host.ScalarAsync<long>($"SELECT count(*) FROM audit_entries a WHERE a::text LIKE '%{viewer.Identity.Subject}%'"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public async Task EraseAndExport_MalformedViewer_NameTheField(string viewer)
    {
        await RpcAssert.FailsOnFieldsAsync(["viewer"], () => Admin.EraseViewerDataAsync(new() { Viewer = viewer }).ResponseAsync);
        await RpcAssert.FailsOnFieldsAsync(["viewer"], () => ExportAsync(viewer));
    }

    private static string Id() => Guid.CreateVersion7().ToString();

    private async Task<List<ExportViewerDataResponse>> ExportAsync(string viewer)
    {
        using var call = Admin.ExportViewerData(new() { Viewer = viewer });
        return await call.ResponseStream.ReadAllAsync().ToListAsync();
    }

    private async Task<long> RowsAsync(string sessionId) => await _host.ScalarAsync<long>($"""
        SELECT (SELECT count(*) FROM playback_session WHERE id = '{sessionId}') + (SELECT count(*) FROM playback_event WHERE session_id = '{sessionId}')
             + (SELECT count(*) FROM rejected_event WHERE session_id = '{sessionId}') + (SELECT count(*) FROM session_start WHERE session_id = '{sessionId}')
        """);
}
