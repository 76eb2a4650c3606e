using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using MoviesNow.ServiceDefaults.Postgres;
using Npgsql;

namespace MoviesNow.ServiceDefaults.Migrations;

/// <summary>
/// <c>&lt;service&gt; migrate</c>: brings the service's database up to date and ends. It needs the connection string and nothing else
/// of the service, so it builds no host. Where <c>ConnectionStrings:{name}_direct</c> is set it counts: the lock of migrations is a session's.
/// </summary>
public static class MigrateCommand
{
    /// <summary>Whether a service's arguments ask for a migration.</summary>
    public static bool IsAskedFor(string[] args) => args is ["migrate", ..];

    /// <summary>Applies the scripts that are embedded in the service's assembly.</summary>
    /// <param name="connectionName">Name of the connection string, such as <c>catalogdb</c>.</param>
    /// <param name="args">The service's arguments; settings may follow the first.</param>
    /// <returns>The exit code: 0, or 1 when the database could not be migrated.</returns>
    public static async Task<int> RunAsync(string connectionName, string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
        var logger = loggers.CreateLogger("Migration");
        var configuration = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true).AddEnvironmentVariables().AddCommandLine(args[1..]).Build();
        string? connectionString;
        try
        {
            connectionString = PostgresSessions.DirectConnectionString(configuration, connectionName, PostgresExtensions.OptionsOf(configuration));
        }
        catch (InvalidOperationException exception)
        {
            logger.LogError("The database could not be migrated: {Reason}", exception.Message);
            return 1;
        }

        if (connectionString is not { Length: > 0 })
        {
            logger.LogError("The setting ConnectionStrings:{Name} is missing, for example Host=localhost;Database={Database};Username=…;Password=…", connectionName, connectionName);
            return 1;
        }

        using var interrupt = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            interrupt.Cancel();
        };
        try
        {
            var builder = new NpgsqlDataSourceBuilder(connectionString);
            PostgresSessions.ForMigrations(builder.ConnectionStringBuilder);
            await using var source = builder.Build();
            var scripts = MigrationScript.ReadFrom(Assembly.GetEntryAssembly()!);
            var applied = await new MigrationRunner(source, loggers.CreateLogger<MigrationRunner>()).RunAsync(scripts, interrupt.Token);
            logger.LogInformation("The database is up to date: {Applied} of {Total} migrations applied now", applied, scripts.Count);
            return 0;
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException or ArgumentException or OperationCanceledException)
        {
            logger.LogError("The database could not be migrated: {Reason}", exception.Message);
            return 1;
        }
    }
}
