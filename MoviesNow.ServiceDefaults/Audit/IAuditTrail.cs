using MoviesNow.Common.V1;

namespace MoviesNow.ServiceDefaults.Audit;

/// <summary>Where entries are kept.</summary>
internal interface IAuditTrail
{
    /// <summary>Appends an entry; one whose id is there already stays as it is.</summary>
    Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken);
}
