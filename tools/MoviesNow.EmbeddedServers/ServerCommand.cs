using System.Collections.Frozen;

namespace MoviesNow.EmbeddedServers;

/// <summary>A plain command that runs a server in the foreground. It holds no secret.</summary>
/// <param name="File">The program, by absolute path where known.</param>
/// <param name="Arguments">Its arguments, unquoted.</param>
/// <param name="Environment">Variables to set on top of the inherited ones.</param>
/// <param name="WorkingDirectory">An existing directory.</param>
public sealed record ServerCommand(
    string File,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    string WorkingDirectory)
{
    /// <summary>
    /// The signal that ends the server in order and without waiting for its clients: TERM, or INT for PostgreSQL, where
    /// TERM waits until the last client has gone.
    /// </summary>
    public string StopSignal { get; init; } = "TERM";

    /// <summary>A helper program, whose environment and directory do not matter.</summary>
    internal static ServerCommand Of(string file, params string[] arguments) =>
        new(file, arguments, FrozenDictionary<string, string>.Empty, Path.GetTempPath());
}
