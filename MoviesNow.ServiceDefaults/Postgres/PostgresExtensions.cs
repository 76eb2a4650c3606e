using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Observability;
using Npgsql;

namespace MoviesNow.ServiceDefaults.Postgres;

internal static class PostgresExtensions
{
    /// <summary>Adds the data source of calls, and the keyed one of <see cref="PostgresOptions.Direct"/>.</summary>
    public static void AddDataSources(this WebApplicationBuilder builder, string connectionName)
    {
        builder.Services.AddOptions<PostgresOptions>().BindConfiguration(PostgresOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<PostgresOptions>, PostgresOptionsValidator>();
        var (configuration, program) = (builder.Configuration, builder.Environment.ApplicationName);
        var statements = StatementNames.Of(Assembly.Load(new AssemblyName(program)));

        // Built when it is first asked for, after the options were checked.
        builder.AddNpgsqlDataSource(connectionName, settings => settings.DisableTracing = !configuration.HasExporter(), source =>
        {
            Name(source, connectionName);
            PostgresSessions.ForCalls(source.ConnectionStringBuilder, OptionsOf(configuration));
        });
        builder.Services.AddKeyedSingleton<NpgsqlDataSource>(PostgresOptions.Direct, (services, _) =>
        {
            var options = services.GetRequiredService<IOptions<PostgresOptions>>().Value;
            var source = new NpgsqlDataSourceBuilder(PostgresSessions.DirectConnectionString(configuration, connectionName, options));
            source.UseLoggerFactory(services.GetRequiredService<ILoggerFactory>());
            Name(source, $"{connectionName}_direct");
            PostgresSessions.ForLongWork(source.ConnectionStringBuilder, options);
            return source.Build();
        });

        void Name(NpgsqlDataSourceBuilder source, string name)
        {
            statements.NameSpansOf(source);
            // Spans and metrics carry the name, which would otherwise be the connection string without the password.
            source.Name = name;
            source.ConnectionStringBuilder.ApplicationName = program;
        }
    }

    /// <summary>The options before there is a host.</summary>
    internal static PostgresOptions OptionsOf(IConfiguration configuration) =>
        configuration.GetSection(PostgresOptions.Section).Get<PostgresOptions>() ?? new PostgresOptions();
}
