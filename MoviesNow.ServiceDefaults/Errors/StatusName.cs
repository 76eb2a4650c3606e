using System.Collections.Frozen;
using Google.Rpc;
using Grpc.Core;

namespace MoviesNow.ServiceDefaults.Errors;

/// <summary>Canonical status codes as audit entries and metrics name them, such as <c>ALREADY_EXISTS</c>.</summary>
internal static class StatusName
{
    private static readonly FrozenDictionary<int, string> Names = CodeReflection.Descriptor.EnumTypes[0].Values
        .ToFrozenDictionary(value => value.Number, value => value.Name);

    public static string Of(StatusCode code) => Names[(int)code];

    public static bool Exists(string text) => Names.Values.Contains(text, StringComparer.Ordinal);
}
