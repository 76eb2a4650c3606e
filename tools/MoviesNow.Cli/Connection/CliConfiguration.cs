using Microsoft.Extensions.Configuration;

namespace MoviesNow.Cli.Connection;

/// <summary>
/// Where the services are and with which key development tokens are signed: from the file that a running AppHost keeps
/// (<c>.moviesnow/environment.json</c>, in this directory or one above), then from environment variables.
/// </summary>
internal static class CliConfiguration
{
    private const string EnvironmentFile = ".moviesnow/environment.json";

    public static IConfiguration Load()
    {
        var builder = new ConfigurationBuilder();
        if (Find(Directory.GetCurrentDirectory()) is { } file)
        {
            builder.AddJsonFile(file);
        }

        return builder.AddEnvironmentVariables().Build();
    }

    /// <summary>The key that signs development tokens.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public static string SigningKey(this IConfiguration configuration) => configuration["Auth:LocalSigningKey"] is { Length: > 0 } key
        ? key
        : throw new CommandException("No signing key: start the AppHost in this checkout, or set Auth__LocalSigningKey.");

    private static string? Find(string directory)
    {
        for (var at = new DirectoryInfo(directory); at is not null; at = at.Parent)
        {
            var file = Path.Combine(at.FullName, EnvironmentFile);
            if (File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }
}
