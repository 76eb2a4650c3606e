using MoviesNow.Cli.Tests.Catalog;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Cli.Tests.Telemetry;

/// <summary>The real telemetry service, with two viewers of a title.</summary>
public sealed class QualityHost : IAsyncLifetime
{
    public const string Title = "0198c0de-7a5b-7c3d-8e9f-0123456789ab";

    private readonly TelemetryHost _host = new();

    internal CommandRun Cli => _host.Cli();

    public async Task InitializeAsync()
    {
        await _host.InitializeAsync();
        await using (var command = _host.Database.CreateCommand($"""
            SELECT create_day_partitions((now() AT TIME ZONE 'UTC')::date, 1);
            INSERT INTO playback_session (
                id, started_at, viewer, title_id, device, app_name, app_version, network, country, state, end_reason, last_event_at, event_count,
                last_sequence, furthest_position_ms, play_sequence, pause_sequence, resume_sequence, error_sequence, complete_sequence, complete_reason)
            SELECT overlay(gen_random_uuid()::text PLACING left(first_session_id((now() AT TIME ZONE 'UTC')::date)::text, 13) FROM 1 FOR 13)::uuid,
                now(), '', '{Title}', '', '', '', 0, country, 2, 0, now() + interval '1 hour', 1, 1, 0, 1, 0, 0, 0, 0, 0
            FROM unnest(ARRAY['NO', 'SE']) country;
            INSERT INTO qoe_delta
            SELECT date_trunc('day', now(), 'UTC') - n * interval '12 hours', '{Title}', '00000000-0000-0000-0000-000000000000', 'NO', 'tv', '1.0', -1,
                0, 1, 0, 0, 0, 0, 59000, 0, 1, 1000, 0, 0, 0, 0, 0, 60000
            FROM generate_series(1, 2) n
            """))
        {
            await command.ExecuteNonQueryAsync();
        }

        // The roll-up starts with the service.
        _ = _host.Collector;
        await Eventually.HoldsAsync(async () =>
        {
            await using var left = _host.Database.CreateCommand("SELECT NOT EXISTS (SELECT FROM qoe_delta)");
            return (bool)(await left.ExecuteScalarAsync())!;
        });
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();
}
