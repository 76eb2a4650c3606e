using System.Globalization;

namespace MoviesNow.EmbeddedServers;

/// <summary>The account that PostgreSQL runs as when this process is root, because PostgreSQL refuses to be root.</summary>
internal sealed record ServiceUser(string Name, int UserId, int GroupId)
{
    private static readonly string[] Candidates = ["postgres", "nobody"];

    /// <summary>Null unless this process is root.</summary>
    public static ServiceUser? Find()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            return null;
        var accounts = File.ReadLines("/etc/passwd")
            .Select(static line => line.Split(':'))
            .Where(static fields => fields.Length > 3)
            .ToLookup(static fields => fields[0], StringComparer.Ordinal);
        var account = Candidates.SelectMany(name => accounts[name]).FirstOrDefault()
            ?? throw new EmbeddedServerException("PostgreSQL does not run as root: add a user named 'postgres', or run as another user.");
        return new(account[0], int.Parse(account[2], CultureInfo.InvariantCulture), int.Parse(account[3], CultureInfo.InvariantCulture));
    }

    /// <summary>The command as this user. <c>setpriv</c> becomes the command: there is no process in between.</summary>
    public ServerCommand Apply(ServerCommand command)
    {
        var setpriv = Lifeline.FindOnPath("setpriv")
            ?? throw new EmbeddedServerException("PostgreSQL does not run as root: install util-linux (for setpriv), or run as another user.");
        return command with
        {
            File = setpriv,
            Arguments = [$"--reuid={UserId}", $"--regid={GroupId}", "--clear-groups", "--", command.File, .. command.Arguments],
        };
    }

    /// <summary>Gives files to this user.</summary>
    public Task OwnAsync(string path, CancellationToken cancellationToken) => CommandRunner.RunAsync(
        "chown",
        ServerCommand.Of("chown", "-R", $"{UserId}:{GroupId}", path),
        input: null, progress: null, cancellationToken);

    /// <summary>Whether this user may enter a directory that exists.</summary>
    public async Task<bool> CanEnterAsync(string directory, CancellationToken cancellationToken)
    {
        try
        {
            var test = ServerCommand.Of("/bin/sh", "-c", "cd \"$1\"", "sh", directory);
            await CommandRunner.RunAsync("test", Apply(test), input: null, progress: null, cancellationToken);
            return true;
        }
        catch (EmbeddedServerException)
        {
            return false;
        }
    }
}
