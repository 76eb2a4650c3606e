using MoviesNow.Common.V1;

namespace MoviesNow.Catalog.Audit;

/// <summary>The trail of admin changes: in the contract, and answered with UNIMPLEMENTED for now.</summary>
internal sealed class AuditGrpcService : AuditService.AuditServiceBase;
