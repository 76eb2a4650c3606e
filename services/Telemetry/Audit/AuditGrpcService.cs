using MoviesNow.Common.V1;

namespace MoviesNow.Telemetry.Audit;

/// <summary>The trail of admin changes: in the contract, and answered with UNIMPLEMENTED for now.</summary>
internal sealed class AuditGrpcService : AuditService.AuditServiceBase;
