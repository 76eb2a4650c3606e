using Google.Protobuf.WellKnownTypes;
using MoviesNow.Common.V1;
using MoviesNow.Telemetry.Qoe;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Qoe;

public sealed class GetQoeTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private static readonly DateTimeOffset Today = new(DateTime.UtcNow.Date, TimeSpan.Zero);

    private readonly TelemetryHost _host = shared.Host;

    private QoeService.QoeServiceClient Client => new(_host.Invoker(Identity.Admin));

    [Fact]
    public async Task GetQoe_AnySpanBucketAndFilter_EqualsTheSumsOfTheDeltas()
    {
        var random = new RandomDeltas(seed: 1);
        var begin = Today.AddDays(-20);
        var deltas = random.Make(begin, days: 4, count: 3_000);
        foreach (var part in deltas.Chunk(700))
        {
            await Delta.RollUpAsync(_host, part);
        }

        for (var i = 0; i < 150; i++)
        {
            var from = begin.AddMinutes(random.Next(-100, 4 * 1_440));
            var request = Ask(from, from.AddMinutes(random.Next(1, i % 3 == 0 ? 200 : 5_000)));
            request.Bucket = random.Pick<TimeSpan?>([null, TimeSpan.FromDays(1), TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)]) is { } bucket
                && (request.Until - request.From).ToTimeSpan() / bucket < 1_400 ? Duration.FromTimeSpan(bucket) : null;
            request.TitleId = random.Next(0, 2) == 0 ? random.Pick(random.Titles).ToString() : "";
            request.VariantId = random.Next(0, 4) == 0 ? random.Pick(random.Variants).ToString() : "";
            request.Country = random.Next(0, 2) == 0 ? random.Pick(RandomDeltas.Countries) : "";
            request.Device = random.Next(0, 2) == 0 ? random.Pick(RandomDeltas.Devices) : "";
            request.AppVersion = random.Next(0, 2) == 0 ? random.Pick(RandomDeltas.Versions) : "";

            var answer = await Client.GetQoeAsync(request);

            Assert.Equal(DeltaModel.Answer(deltas, request).Select(Rounded), answer.Buckets.Select(Rounded));
        }
    }

    [Fact]
    public async Task GetQoe_CountTakenBack_IsNeverLessThanNothing()
    {
        var minute = Today.AddDays(-3);
        var delta = new Delta(minute) { Title = Guid.CreateVersion7() }.With(QoeColumn.SessionCount, 1).With(QoeColumn.WatchMs, -5_000).WithStart(1_000);
        await Delta.RollUpAsync(_host, delta, delta.With(QoeColumn.StartCount, -2).With(QoeColumn.PresentMs, -70_000));

        var metrics = Assert.Single((await Client.GetQoeAsync(Ask(minute, minute.AddHours(1)))).Buckets).Metrics;

        Assert.Equal(new QoeMetrics { SessionCount = 2 }, metrics);
    }

    [Fact]
    public async Task GetQoe_EverythingTakenBack_IsLeftOut()
    {
        var minute = Today.AddDays(-4);
        var delta = new Delta(minute) { Title = Guid.CreateVersion7() }.With(QoeColumn.SessionCount, 1).WithStart(800);
        await Delta.RollUpAsync(_host, delta, delta.With(QoeColumn.SessionCount, -1).With(QoeColumn.StartCount, -1));

        Assert.Empty((await Client.GetQoeAsync(Ask(minute, minute.AddDays(1)))).Buckets);
    }

    [Fact]
    public async Task GetQoe_RunningHour_AveragesOverTheTimeThatHasPassed()
    {
        var title = Guid.CreateVersion7();
        var now = DateTimeOffset.UtcNow;
        var hour = QoeLevel.Hour.Floor(now);
        await Delta.RollUpAsync(_host, new Delta(QoeLevel.Minute.Floor(now)) { Title = title }.With(QoeColumn.PresentMs, 30_000));
        var request = Ask(hour, hour.AddHours(2));
        request.TitleId = title.ToString();

        var answer = await Client.GetQoeAsync(request);

        var passed = (answer.CompleteUntil.ToDateTimeOffset() - hour).TotalMilliseconds;
        var metrics = Assert.Single(answer.Buckets).Metrics;
        Assert.Equal(30_000 / passed, metrics.AverageConcurrentViewers, 9);
        Assert.True(metrics.PeakConcurrentViewers >= metrics.AverageConcurrentViewers);
    }

    [Fact]
    public async Task GetQoe_HugeSums_DoNotOverflow()
    {
        var minute = Today.AddDays(-2);
        const long Much = 5_000_000_000_000_000_000;
        await Delta.RollUpAsync(_host, [.. Enumerable.Range(0, 3).Select(day => new Delta(minute.AddDays(-day)).With(QoeColumn.Bits, Much).With(QoeColumn.BitrateMs, Much / 1_000))]);

        var answer = await Client.GetQoeAsync(Ask(minute.AddDays(-2), minute.AddDays(1)));

        Assert.Equal(1_000_000, Assert.Single(answer.Buckets).Metrics.AverageBitrateBps);
    }

    public static TheoryData<string, Action<GetQoeRequest>> Violations => new()
    {
        { "from is required", request => request.From = null },
        { "until is required", request => request.Until = null },
        { "from must be a full minute", request => request.From = Today.AddDays(-1).AddSeconds(1).ToTimestamp() },
        { "until must be a full minute", request => request.Until.Nanos = 1 },
        { "from must be a timestamp from year 1 to 9999", request => request.From = new Timestamp { Seconds = long.MinValue } },
        { "until must be after from", request => request.Until = request.From },
        { "until must be at most 31 days after from", request => request.From = request.Until.ToDateTimeOffset().AddDays(-31).AddMinutes(-1).ToTimestamp() },
        { "title_id must be a UUID such as 0198c0de-7a5b-7c3d-8e9f-0123456789ab", request => request.TitleId = "x" },
        { "variant_id must be a UUID such as 0198c0de-7a5b-7c3d-8e9f-0123456789ab", request => request.VariantId = "x" },
        { "device must have at most 64 characters", request => request.Device = new string('x', 65) },
        { "app_version must have at most 64 characters", request => request.AppVersion = new string('x', 65) },
        { "bucket must be 1 minute, 1 hour or 1 day", request => request.Bucket = new Duration { Seconds = 61 } },
        { "bucket must be 1 minute, 1 hour or 1 day", request => request.Bucket = new Duration { Seconds = -60 } },
        {
            "bucket must be long enough for at most 1,500 buckets",
            request => (request.From, request.Bucket) = (request.Until.ToDateTimeOffset().AddMinutes(-1_501).ToTimestamp(), new Duration { Seconds = 60 })
        },
        {
            "bucket must be at least one hour: sums of a shorter time are kept for 45 days",
            request => (request.From, request.Until, request.Bucket) = (Today.AddDays(-46).ToTimestamp(), Today.AddDays(-45).ToTimestamp(), new Duration { Seconds = 60 })
        },
        {
            "from must be a full hour (UTC): sums of a shorter time are kept for 45 days",
            request => (request.From, request.Until) = (Today.AddDays(-46).AddMinutes(1).ToTimestamp(), Today.AddDays(-44).AddMinutes(1).ToTimestamp())
        },
        {
            "until must be a full day (UTC): sums of a shorter time are kept for 400 days",
            request => (request.From, request.Until) = (Today.AddDays(-404).ToTimestamp(), Today.AddDays(-401).AddHours(1).ToTimestamp())
        },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task GetQoe_BadField_IsNamed(string violation, Action<GetQoeRequest> change)
    {
        var request = Ask(Today.AddDays(-1), Today);
        await Client.GetQoeAsync(request);

        change(request);

        var error = await RpcAssert.FailsAsync(ErrorReason.InvalidFields, async () => await Client.GetQoeAsync(request));
        var found = Assert.Single(MoviesNow.ServiceDefaults.Errors.RpcErrors.DetailOf<Google.Rpc.BadRequest>(error)!.FieldViolations);
        Assert.Equal(violation, $"{found.Field} {found.Description}");
    }

    private static GetQoeRequest Ask(DateTimeOffset from, DateTimeOffset until) => new() { From = from.ToTimestamp(), Until = until.ToTimestamp() };

    // Sums of floating-point numbers in another order.
    private static QoeBucket Rounded(QoeBucket bucket)
    {
        var copy = bucket.Clone();
        copy.Metrics.RebufferRatio = Math.Round(copy.Metrics.RebufferRatio, 9);
        copy.Metrics.AverageConcurrentViewers = Math.Round(copy.Metrics.AverageConcurrentViewers, 9);
        copy.Metrics.PeakConcurrentViewers = Math.Round(copy.Metrics.PeakConcurrentViewers, 9);
        return copy;
    }
}
