using System.Collections.Frozen;
using MoviesNow.EmbeddedServers;
using MoviesNow.Testing;

namespace MoviesNow.ClusterTest.Servers;

/// <summary>Commands of servers.</summary>
internal static class Commands
{
    /// <summary>A program without settings of its own.</summary>
    public static ServerCommand Of(string file, params string[] arguments) => new(file, arguments, FrozenDictionary<string, string>.Empty, "/");

    /// <summary>The command as another user: some servers refuse to be root.</summary>
    public static ServerCommand As(this ServerCommand command, string user) => command with
    {
        File = "setpriv",
        Arguments = ["--reuid", user, "--regid", user, "--clear-groups", "--", command.File, .. command.Arguments],
    };

    /// <summary>The command with what it writes at the end of a file, which stays when the cluster ends.</summary>
    public static ServerCommand Into(this ServerCommand command, string file) => command with
    {
        File = "sh",
        Arguments = ["-c", "exec \"$@\" >>\"$0\" 2>&1", file, command.File, .. command.Arguments],
    };

    /// <summary>Gives a folder to a user.</summary>
    public static Task OwnAsync(string user, string folder) => Tool.RunAsync("chown", "/", "-R", $"{user}:{user}", folder);
}
