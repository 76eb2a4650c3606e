using Grpc.Core;

namespace MoviesNow.ServiceDefaults.Audit;

/// <summary>What a call names in the audit trail by itself, where neither its request nor its response has it as the trail may keep it.</summary>
public static class AuditedIdExtensions
{
    private static readonly object Key = new();

    /// <summary>Names in the audit trail what this call is about, in place of the contract's <c>audit_target</c>.</summary>
    public static void NameInAuditTrail(this ServerCallContext context, string id)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.UserState[Key] = AuditId.Clean(id);
    }

    internal static string? AuditedId(this ServerCallContext context) => context.UserState.TryGetValue(Key, out var id) ? (string)id : null;
}
