using System.Collections.Frozen;
using Google.Rpc;
using Grpc.Core;

namespace MoviesNow.ServiceDefaults.Audit;

/// <summary>Canonical status codes as entries name them, such as <c>ALREADY_EXISTS</c>.</summary>
internal static class AuditOutcome
{
    private static readonly FrozenDictionary<int, string> Names = CodeReflection.Descriptor.EnumTypes[0].Values
        .ToFrozenDictionary(value => value.Number, value => value.Name);

    public static string NameOf(StatusCode code) => Names[(int)code];

    public static bool IsName(string text) => Names.Values.Contains(text, StringComparer.Ordinal);
}
