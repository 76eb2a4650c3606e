using System.Data.Common;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using MoviesNow.Testing;
using Npgsql;
using OpenTelemetry.Metrics;

namespace Compat.Hosting.Tests;

public sealed class AddNpgsqlDataSourceTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task AddNpgsqlDataSource_ConnectionString_IsUsableAndHealthy()
    {
        var builder = TestHost.Builder(("ConnectionStrings:catalogdb", await postgres.CreateDatabaseAsync()));
        builder.AddNpgsqlDataSource("catalogdb", configureDataSourceBuilder: static source => source.ConnectionStringBuilder.ApplicationName = "hosting");
        using var host = builder.Build();
        await host.StartAsync();
        var dataSource = host.Services.GetRequiredService<NpgsqlDataSource>();

        await using var command = dataSource.CreateCommand("SELECT current_setting('application_name')");

        Assert.Equal("hosting", await command.ExecuteScalarAsync());
        Assert.Same(dataSource, host.Services.GetRequiredService<DbDataSource>());
        Assert.Equal(HealthStatus.Healthy, (await host.HealthAsync("PostgreSql")).Status);
        await host.StopAsync();
    }

    [Fact]
    public async Task HealthCheck_ServerStopsAndStarts_Follows()
    {
        await using var server = await TestPostgres.StartNewAsync();
        var builder = TestHost.Builder(("ConnectionStrings:catalogdb", await server.CreateDatabaseAsync() + ";Timeout=2"));
        builder.AddNpgsqlDataSource("catalogdb");
        await server.StopAsync();
        using var host = builder.Build();
        await host.StartAsync();

        var down = await host.HealthAsync("PostgreSql");
        Assert.Equal(HealthStatus.Unhealthy, down.Status);
        Assert.NotNull(down.Exception);

        await server.StartAsync();
        Assert.Equal(HealthStatus.Healthy, (await host.HealthAsync("PostgreSql")).Status);
        await host.StopAsync();
    }

    [Fact]
    public void AddNpgsqlDataSource_NoConnectionString_SaysWhereToPutIt()
    {
        var builder = TestHost.Builder();
        builder.AddNpgsqlDataSource("catalogdb");
        using var host = builder.Build();

        var error = Assert.Throws<InvalidOperationException>(host.Services.GetRequiredService<NpgsqlDataSource>);

        Assert.Contains("ConnectionStrings:catalogdb", error.Message, StringComparison.Ordinal);
        Assert.Contains("Aspire:Npgsql", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddNpgsqlDataSource_SettingsFromManyPlaces_LaterWins()
    {
        var builder = TestHost.Builder(
            ("Aspire:Npgsql:ConnectionString", "Host=section"),
            ("Aspire:Npgsql:DisableHealthChecks", "true"),
            ("Aspire:Npgsql:catalogdb:ConnectionString", "Host=named"),
            ("Aspire:Npgsql:catalogdb:DisableMetrics", "true"));
        string? seen = null;

        builder.AddNpgsqlDataSource("catalogdb", settings =>
        {
            seen = settings.ConnectionString;
            Assert.True(settings is { DisableHealthChecks: true, DisableMetrics: true, DisableTracing: false });
            settings.ConnectionString = "Host=delegate";
        });
        using var host = builder.Build();

        Assert.Equal("Host=named", seen);
        Assert.Equal("Host=delegate", host.Services.GetRequiredService<NpgsqlDataSource>().ConnectionString);
    }

    [Fact]
    public async Task AddKeyedNpgsqlDataSource_TwoKeys_AreTwoDatabases()
    {
        var builder = TestHost.Builder(
            ("ConnectionStrings:one", await postgres.CreateDatabaseAsync()), ("ConnectionStrings:two", await postgres.CreateDatabaseAsync()));
        builder.AddKeyedNpgsqlDataSource("one");
        builder.AddKeyedNpgsqlDataSource("two");
        using var host = builder.Build();
        await host.StartAsync();

        Assert.NotEqual(await DatabaseAsync("one"), await DatabaseAsync("two"));
        Assert.Equal(HealthStatus.Healthy, (await host.HealthAsync("PostgreSql_two")).Status);
        await host.StopAsync();

        async Task<string> DatabaseAsync(string key)
        {
            await using var command = host.Services.GetRequiredKeyedService<NpgsqlDataSource>(key).CreateCommand("SELECT current_database()");
            return (string)(await command.ExecuteScalarAsync())!;
        }
    }

    [Fact]
    public async Task Telemetry_Command_IsSpanAndMetrics()
    {
        var builder = TestHost.Builder(("ConnectionStrings:catalogdb", await postgres.CreateDatabaseAsync()));
        builder.AddNpgsqlDataSource("catalogdb");
        var collector = builder.CollectSpans();
        var metrics = new List<Metric>();
        builder.Services.AddOpenTelemetry().WithMetrics(meters => meters.AddReader(new BaseExportingMetricReader(new MetricCollector(metrics))));
        using var source = new ActivitySource("test");
        ActivityTraceId trace;
        using (var host = builder.Build())
        {
            await host.StartAsync();
            using (var parent = source.StartActivity("parent")!)
            {
                trace = parent.TraceId;
                await using var command = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT 1");
                await command.ExecuteScalarAsync();
            }

            host.Services.GetRequiredService<MeterProvider>().ForceFlush();
            await host.StopAsync();
        }

        Assert.Contains(collector.Spans, span => span.TraceId == trace && span.Source.Name == "Npgsql");
        Assert.Contains(metrics, static metric => metric.MeterName == "Npgsql");
    }

    private sealed class MetricCollector(List<Metric> metrics) : OpenTelemetry.BaseExporter<Metric>
    {
        public override OpenTelemetry.ExportResult Export(in OpenTelemetry.Batch<Metric> batch)
        {
            foreach (var metric in batch)
                metrics.Add(metric);
            return OpenTelemetry.ExportResult.Success;
        }
    }
}
