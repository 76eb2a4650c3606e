using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests;

public sealed class AccessTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TelemetryHost _host = shared.Host;

    public static TheoryData<string, string, ErrorReason> Refusals => new()
    {
        { "StreamEvents", "nobody", ErrorReason.Unauthenticated },
        { "StreamEvents", "viewer", ErrorReason.ServiceRequired },
        { "StreamEvents", "admin", ErrorReason.ServiceRequired },
        { "GetSession", "nobody", ErrorReason.Unauthenticated },
        { "GetSession", "viewer", ErrorReason.AdminRequired },
        { "GetSession", "admin without second factor", ErrorReason.MfaRequired },
        { "ListSessions", "nobody", ErrorReason.Unauthenticated },
        { "ListSessions", "viewer", ErrorReason.AdminRequired },
        { "ListSessions", "service", ErrorReason.AdminRequired },
        { "ListSessions", "admin without second factor", ErrorReason.MfaRequired },
        { "ListEvents", "nobody", ErrorReason.Unauthenticated },
        { "ListEvents", "viewer", ErrorReason.AdminRequired },
        { "ListEvents", "admin without second factor", ErrorReason.MfaRequired },
        { "ListRejectedEvents", "admin", ErrorReason.Unimplemented },
        { "ReplayRejectedEvents", "admin", ErrorReason.Unimplemented },
        { "GetQoe", "nobody", ErrorReason.Unauthenticated },
        { "GetQoe", "viewer", ErrorReason.AdminRequired },
        { "GetQoe", "service", ErrorReason.AdminRequired },
        { "GetQoe", "admin without second factor", ErrorReason.MfaRequired },
        { "WatchLive", "nobody", ErrorReason.Unauthenticated },
        { "WatchLive", "viewer", ErrorReason.AdminRequired },
        { "WatchLive", "service", ErrorReason.AdminRequired },
        { "WatchLive", "admin without second factor", ErrorReason.MfaRequired },
        { "ListAuditEntries", "nobody", ErrorReason.Unauthenticated },
        { "ListAuditEntries", "service", ErrorReason.AdminRequired },
        { "ListAuditEntries", "admin without second factor", ErrorReason.MfaRequired },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Call_ByCallerWhoMayNot_IsRefused(string method, string caller, ErrorReason reason) =>
        await RpcAssert.FailsAsync(reason, () => CallAsync(method, _host.Invoker(IdentityOf(caller))));

    private static Identity? IdentityOf(string caller) => caller switch
    {
        "viewer" => Identity.Viewer,
        "service" => Identity.Service,
        "admin" => Identity.Admin,
        "admin without second factor" => Identity.AdminWithoutMfa,
        _ => null,
    };

    private static async Task CallAsync(string method, CallInvoker invoker)
    {
        var sessions = new PlaybackSessionService.PlaybackSessionServiceClient(invoker);
        var qoe = new QoeService.QoeServiceClient(invoker);
        switch (method)
        {
            case "StreamEvents":
                await sessions.StreamEvents();
                break;
            case "GetSession":
                await sessions.GetSessionAsync(new());
                break;
            case "ListSessions":
                await sessions.ListSessionsAsync(new());
                break;
            case "ListEvents":
                await sessions.ListEventsAsync(new());
                break;
            case "ListRejectedEvents":
                await sessions.ListRejectedEventsAsync(new());
                break;
            case "ReplayRejectedEvents":
                await sessions.ReplayRejectedEventsAsync(new());
                break;
            case "GetQoe":
                await qoe.GetQoeAsync(new());
                break;
            case "WatchLive":
                await qoe.WatchLive(new()).ResponseStream.MoveNext(CancellationToken.None);
                break;
            default:
                await new AuditService.AuditServiceClient(invoker).ListAuditEntriesAsync(new());
                break;
        }
    }
}
