using MoviesNow.EmbeddedServers;

namespace MoviesNow.ClusterTest.Servers;

/// <summary>Garnet as a node of a cluster: the repository's configuration, with what a cluster needs beside it.</summary>
internal static class GarnetNode
{
    /// <summary>The command that serves.</summary>
    public static async Task<ServerCommand> CommandAsync(ClusterSettings settings, string address, int port, string folder)
    {
        var server = await GarnetServer.PrepareAsync(folder, settings.Repository, persistent: true);
        var command = server.Command(port);
        return command with
        {
            // What the command line says counts more than the file.
            Arguments =
            [
                .. command.Arguments, "--bind", address, "--cluster", "--password", settings.Password,
                "--cluster-username", "default", "--cluster-password", settings.Password, "--cluster-timeout", "3",
            ],
        };
    }
}
