using Grpc.Core;
using MoviesNow.Common.V1;

namespace MoviesNow.ServiceDefaults.Audit;

/// <summary>The trail of another service, for one that keeps no database.</summary>
internal sealed class RemoteAuditTrail(AuditService.AuditServiceClient client) : IAuditTrail
{
    public async Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        await client.AppendAuditEntryAsync(new AppendAuditEntryRequest { Entry = entry }, new CallOptions(cancellationToken: cancellationToken));
}
