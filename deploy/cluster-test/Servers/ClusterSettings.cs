using System.Security.Cryptography;

namespace MoviesNow.ClusterTest.Servers;

/// <summary>What a cluster is made of.</summary>
/// <param name="Repository">The checkout.</param>
/// <param name="Folder">Where servers keep their data: a file system in memory that goes with this process.</param>
/// <param name="Binaries">Where the published services are, a folder each.</param>
/// <param name="Storage"><c>ceph</c> or <c>locals3</c>.</param>
/// <param name="Redis"><c>redis</c> or <c>garnet</c>.</param>
/// <param name="Database"><c>balanced</c>: HAProxy leads to the primary; <c>direct</c>: services know all hosts and find it themselves.</param>
internal sealed record ClusterSettings(string Repository, string Folder, string Binaries, string Storage, string Redis, string Database)
{
    /// <summary>Password of the databases' and of Redis' users.</summary>
    public string Password { get; } = RandomNumberGenerator.GetHexString(24, lowercase: true);

    /// <summary>Key of grants to play.</summary>
    public string GrantKey { get; } = RandomNumberGenerator.GetHexString(48, lowercase: true);

    /// <summary>Key of session tokens and tickets, and salt.</summary>
    public string Secret { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>Where a server logs: a file each, which stays until the next cluster.</summary>
    /// <param name="name">The server.</param>
    public string LogOf(string name) => Path.Combine(Binaries, "..", "logs", name + ".log");

    /// <summary>A new folder for a server's data.</summary>
    /// <param name="name">The server.</param>
    public string FolderOf(string name) => Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
}
