using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Qoe;

/// <summary>A question about quality.</summary>
/// <param name="From">First moment, a full minute.</param>
/// <param name="Until">End, exclusive, a full minute.</param>
/// <param name="Bucket">Length of a bucket; null for one bucket.</param>
/// <param name="Filter">Which sessions are looked at.</param>
internal sealed record QoeQuery(DateTimeOffset From, DateTimeOffset Until, QoeLevel? Bucket, QoeFilter Filter)
{
    private const int MaxDays = 31;
    private const int MaxBuckets = 1_500;
    private const int MaxNameLength = 64;

    /// <summary>The sums that make it up, in order.</summary>
    public IReadOnlyList<QoeSegment> Segments { get; } = [.. QoeLevels.Compose(Bucket ?? QoeLevel.Day, From, Until)];

    /// <summary>The full hours, whose peaks are read apart; null when there are none.</summary>
    public QoeSegment? FullHours => Segments.Where(segment => segment.Level is not QoeLevel.Minute).ToList() is [var first, ..] hours
        ? new QoeSegment(QoeLevel.Hour, first.From, hours[^1].Until)
        : null;

    /// <summary>Length of a bucket as the database needs it; longer than any span for one bucket.</summary>
    public TimeSpan BucketLength => Bucket?.Length() ?? TimeSpan.FromDays(MaxDays + 1);

    /// <summary>A moment at which a bucket begins.</summary>
    public DateTimeOffset BucketOrigin => Bucket is null ? From : DateTimeOffset.UnixEpoch;

    /// <summary>The begin of the bucket that a moment is in; the first one begins where the span does.</summary>
    public DateTimeOffset BucketOf(DateTimeOffset moment) => Bucket?.Floor(moment) is { } begin && begin > From ? begin : From;

    /// <summary>The end of a bucket, exclusive; the last one ends where the span does.</summary>
    public DateTimeOffset EndOf(DateTimeOffset begin) => Bucket is { } level && level.Floor(begin) + level.Length() is var end && end < Until ? end : Until;

    /// <param name="request">What was asked.</param>
    /// <param name="options">How long sums are kept.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="RpcException">INVALID_ARGUMENT per field.</exception>
    public static QoeQuery Read(GetQoeRequest request, QoeOptions options, DateTimeOffset now)
    {
        var check = new RequestCheck();
        var from = Minute(check, "from", request.From);
        var until = Minute(check, "until", request.Until);
        var bucket = Level(check, request.Bucket);
        var filter = new QoeFilter(
            check.OptionalId("title_id", request.TitleId),
            check.OptionalId("variant_id", request.VariantId),
            check.Country("country", request.Country),
            check.Text("device", request.Device, MaxNameLength),
            check.Text("app_version", request.AppVersion, MaxNameLength));
        if (from < until && check.Require(until - from <= TimeSpan.FromDays(MaxDays), "until", "must be at most 31 days after from"))
        {
            CheckBuckets(check, bucket, from.Value, until.Value);
            CheckKept(check, bucket, from.Value, until.Value, options, now);
        }
        else
        {
            check.Require(from is null || until is null || from < until, "until", "must be after from");
        }

        check.ThrowIfInvalid();
        return new QoeQuery(from!.Value, until!.Value, bucket, filter);
    }

    private static DateTimeOffset? Minute(RequestCheck check, string field, Timestamp? value)
    {
        var moment = check.Time(field, value, required: true);
        check.Require(moment is null || value is { Nanos: 0 } && QoeLevel.Minute.Floor(moment.Value) == moment, field, "must be a full minute");
        return moment;
    }

    private static QoeLevel? Level(RequestCheck check, Duration? bucket)
    {
        QoeLevel? level = bucket switch
        {
            { Seconds: 60, Nanos: 0 } => QoeLevel.Minute,
            { Seconds: 3_600, Nanos: 0 } => QoeLevel.Hour,
            { Seconds: 86_400, Nanos: 0 } => QoeLevel.Day,
            _ => null,
        };
        check.Require(bucket is null || level is not null, "bucket", "must be 1 minute, 1 hour or 1 day");
        return level;
    }

    private static void CheckBuckets(RequestCheck check, QoeLevel? bucket, DateTimeOffset from, DateTimeOffset until)
    {
        if (bucket is { } level)
        {
            check.Require((until - level.Floor(from)) / level.Length() <= MaxBuckets, "bucket", "must be long enough for at most 1,500 buckets");
        }
    }

    /// <summary>Old spans have no minutes any more, still older ones no hours: their edges must be full hours or days.</summary>
    private static void CheckKept(RequestCheck check, QoeLevel? bucket, DateTimeOffset from, DateTimeOffset until, QoeOptions options, DateTimeOffset now)
    {
        foreach (var (level, days, needed) in (ReadOnlySpan<(QoeLevel, int, string)>)
            [(QoeLevel.Minute, options.MinuteRetentionDays, "hour"), (QoeLevel.Hour, options.HourRetentionDays, "day")])
        {
            var keptFrom = QoeRetention.KeptFrom(level, options, now);
            check.Require(
                bucket != level || from >= keptFrom, "bucket", $"must be at least one {needed}: sums of a shorter time are kept for {days} days");
            foreach (var (field, moment) in (ReadOnlySpan<(string, DateTimeOffset)>)[("from", from), ("until", until)])
            {
                check.Require(
                    moment >= keptFrom || (level + 1).Floor(moment) == moment, field, $"must be a full {needed} (UTC): sums of a shorter time are kept for {days} days");
            }
        }
    }
}
