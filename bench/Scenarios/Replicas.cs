using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Bench.Scenarios;

/// <summary>Services of the same build as processes of their own.</summary>
internal static class Replicas
{
    /// <summary>Starts one.</summary>
    /// <param name="service">Its name, such as <c>Delivery</c>.</param>
    /// <param name="settings">Its settings.</param>
    public static Task<ReplicaProcess> StartAsync(string service, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var here = AppContext.BaseDirectory.TrimEnd('/');
        return ReplicaProcess.StartAsync(
            Path.GetFullPath(Path.Combine(here, "..", "..", service, Path.GetFileName(here), $"MoviesNow.{service}.dll")),
            // Developers' error pages have a place in every call.
            settings.Append(new("ASPNETCORE_ENVIRONMENT", "Production")).Append(new("Auth:LocalSigningKey", Identity.SigningKey)));
    }
}
