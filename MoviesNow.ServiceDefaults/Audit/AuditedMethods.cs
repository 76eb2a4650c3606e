using System.Collections.Frozen;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.Audit;

/// <summary>The methods whose calls by administrators leave an entry: those that state an <c>audit_target</c>.</summary>
internal static class AuditedMethods
{
    private static readonly FrozenDictionary<string, AuditTarget> Targets = MethodPolicies.Methods()
        .Select(method => (Method: method, Path: MethodPolicies.PathOf(method)))
        .Where(entry => MethodPolicies.Find(entry.Path) is { AuditTarget.Length: > 0 })
        .ToFrozenDictionary(entry => entry.Path, entry => AuditTarget.Of(entry.Method, MethodPolicies.Find(entry.Path)!.AuditTarget), StringComparer.Ordinal);

    /// <summary>The target of a method by its path, such as <c>/moviesnow.catalog.v1.TitleService/PublishTitle</c>; null when it leaves no entry.</summary>
    public static AuditTarget? Find(string path) => Targets.GetValueOrDefault(path);
}
