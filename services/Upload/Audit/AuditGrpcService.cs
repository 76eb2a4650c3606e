using MoviesNow.Common.V1;

namespace MoviesNow.Upload.Audit;

/// <summary>The trail of changes. In the contract, and not implemented yet.</summary>
internal sealed class AuditGrpcService : AuditService.AuditServiceBase;
