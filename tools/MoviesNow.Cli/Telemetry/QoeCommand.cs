using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Configuration;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Connection;
using MoviesNow.Cli.Tokens;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Cli.Telemetry;

/// <summary><c>moviesnow qoe</c>: quality of experience over time.</summary>
internal static class QoeCommand
{
    private const int ShownDigits = 4;

    private static readonly string[] Columns =
    [
        "start_time", "metrics.session_count", "metrics.start_count", "metrics.watch_time_ms", "metrics.startup_time_p50_ms", "metrics.startup_time_p95_ms",
        "metrics.rebuffer_ratio", "metrics.rebuffer_count", "metrics.exits_before_start", "metrics.start_failures", "metrics.playback_failures",
        "metrics.completions", "metrics.average_bitrate_bps", "metrics.average_concurrent_viewers", "metrics.peak_concurrent_viewers",
    ];

    private static readonly Dictionary<string, int> BucketSeconds = new(StringComparer.Ordinal) { ["minute"] = 60, ["hour"] = 3_600, ["day"] = 86_400 };

    public static Command Create(Func<IConfiguration> configuration)
    {
        FieldOption[] fields =
        [
            FieldOption.Of<GetQoeRequest>("from", "First moment, a full minute, UTC unless it says otherwise", required: true),
            FieldOption.Of<GetQoeRequest>("until", "End, exclusive, at most 31 days later", required: true),
            FieldOption.Of<GetQoeRequest>("title_id", "Only sessions of this title", "--title"),
            FieldOption.Of<GetQoeRequest>("variant_id", "Only sessions that began with this variant", "--variant"),
            FieldOption.Of<GetQoeRequest>("country", "Only sessions from this country, such as NO"),
            FieldOption.Of<GetQoeRequest>("device", "Only sessions on this device, such as tv"),
            FieldOption.Of<GetQoeRequest>("app_version", "Only sessions with this version of the app"),
        ];
        var bucket = new Option<string?>("--bucket") { Description = "Length of a row: minute, hour or day; one row for the whole time without it" };
        bucket.AcceptOnlyFromAmong([.. BucketSeconds.Keys]);
        var command = new Command("qoe", "Quality of experience over time.") { bucket, CatalogOptions.Json };
        foreach (var field in fields)
        {
            command.Add(field.Option);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connections = new ServiceConnections(configuration(), parsed.InvocationConfiguration.Error);
            var request = new GetQoeRequest { Bucket = parsed.GetValue(bucket) is { } length ? new Duration { Seconds = BucketSeconds[length] } : null };
            foreach (var field in fields)
            {
                field.Apply(parsed, request);
            }

            var answer = await new QoeService.QoeServiceClient(connections.Connect("telemetry", DevelopmentIdentity.Admin))
                .GetQoeAsync(request, cancellationToken: cancellationToken);
            await ShowAsync(parsed, answer);
            return 0;
        });
        return command;
    }

    private static async Task ShowAsync(ParseResult parsed, GetQoeResponse answer)
    {
        var isJson = parsed.GetValue(CatalogOptions.Json);
        new MessageOutput(parsed.InvocationConfiguration.Output, isJson).List([.. isJson ? answer.Buckets : answer.Buckets.Select(Rounded)], Columns);
        await parsed.InvocationConfiguration.Error.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture, $"Counted until {answer.CompleteUntil?.ToDateTimeOffset():u}."));
    }

    private static QoeBucket Rounded(QoeBucket bucket)
    {
        var shown = bucket.Clone();
        shown.Metrics.RebufferRatio = Math.Round(shown.Metrics.RebufferRatio, ShownDigits);
        shown.Metrics.AverageConcurrentViewers = Math.Round(shown.Metrics.AverageConcurrentViewers, 1);
        shown.Metrics.PeakConcurrentViewers = Math.Round(shown.Metrics.PeakConcurrentViewers, 1);
        return shown;
    }
}
