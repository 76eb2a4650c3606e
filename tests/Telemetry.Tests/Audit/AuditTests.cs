using Google.Rpc;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Audit;

public sealed class AuditTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const string Replay = "moviesnow.telemetry.v1.PlaybackSessionService/ReplayRejectedEvents";

    private readonly TelemetryHost _host = shared.Host;

    [Fact]
    public async Task ReplayRejectedEvents_ByAnAdmin_LeavesOneRowWithItsOutcome()
    {
        var (one, two) = (Guid.CreateVersion7().ToString(), Guid.CreateVersion7().ToString());

        var code = await CodeOfAsync(() => _host.As(Identity.Admin).ReplayRejectedEventsAsync(new() { RejectedEventIds = { one, two } }).ResponseAsync);

        var entry = Assert.Single((await Trail.ListAuditEntriesAsync(new() { Target = $"{one},{two}" })).Entries);
        Assert.Equal((Identity.Admin.Subject, Replay, (int)code), (entry.Actor, entry.Method, CodeReflection.Descriptor.EnumTypes[0].FindValueByName(entry.Outcome).Number));
    }

    [Fact]
    public async Task PlaybackAndReads_OfAnybody_LeaveNoRow()
    {
        var before = (await Trail.ListAuditEntriesAsync(new() { PageSize = 200 })).Entries;

        var session = await _host.StartSessionAsync();
        await _host.As(Identity.Admin).StartSessionAsync(new() { Content = new() { TitleId = Guid.CreateVersion7().ToString() } });
        await _host.As(Identity.Admin).GetSessionAsync(new() { SessionId = session.SessionId });
        await _host.As(Identity.Admin).ListSessionsAsync(new());

        Assert.Equal(before, (await Trail.ListAuditEntriesAsync(new() { PageSize = 200 })).Entries);
    }

    [Fact]
    public async Task ReplayRejectedEvents_WithoutTheTrail_AnswersAsEver()
    {
        var request = new ReplayRejectedEventsRequest { RejectedEventIds = { Guid.CreateVersion7().ToString() } };
        var replica = _host.AddReplica();
        var expected = await CodeOfAsync(() => _host.As(Identity.Admin, replica).ReplayRejectedEventsAsync(request).ResponseAsync);
        await RunAsync("ALTER TABLE audit_entries RENAME TO audit_entries_away");
        try
        {
            Assert.Equal(expected, await CodeOfAsync(() => _host.As(Identity.Admin, replica).ReplayRejectedEventsAsync(request).ResponseAsync));
        }
        finally
        {
            await RunAsync("ALTER TABLE audit_entries_away RENAME TO audit_entries");
        }
    }

    private AuditService.AuditServiceClient Trail => new(_host.Invoker(Identity.Admin, replica: 1));

    private static async Task<StatusCode> CodeOfAsync(Func<Task> call)
    {
        try
        {
            await call();
            return StatusCode.OK;
        }
        catch (RpcException exception)
        {
            return exception.StatusCode;
        }
    }

    private async Task RunAsync(string sql)
    {
        await using var command = _host.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
