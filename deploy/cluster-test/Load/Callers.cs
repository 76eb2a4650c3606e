using MoviesNow.Testing.Hosting;

namespace MoviesNow.ClusterTest.Load;

/// <summary>Tokens of those who call.</summary>
internal static class Callers
{
    public static string Admin { get; } = Identity.Admin.Token();

    public static string Viewer { get; } = Identity.Viewer.Token();

    public static string Service { get; } = Identity.Service.Token();

    /// <summary>A key that nobody used, and a name that nothing has.</summary>
    public static string NewKey() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
}
