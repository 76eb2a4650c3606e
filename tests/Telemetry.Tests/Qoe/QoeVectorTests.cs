using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MoviesNow.Telemetry.Qoe;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Qoe;

/// <summary>The golden vectors of docs/qoe-vectors, through the whole service.</summary>
public sealed class QoeVectorTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const double SketchAccuracy = StartupSketch.RelativeAccuracy;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "qoe-vectors");

    private readonly TelemetryHost _host = shared.Host;

    public static TheoryData<string> Vectors => new(Files);

    private static IEnumerable<string> Files => Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Vectors))]
    public async Task GetQoe_GoldenVector_GivesTheExpectedMeasures(string file)
    {
        var vector = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, file)))!;
        var title = Guid.CreateVersion7().ToString();
        var begin = QoeLevel.Minute.Floor(DateTimeOffset.UtcNow);
        foreach (var session in vector["sessions"]!.AsArray())
        {
            await PlayAsync(title, session!["events"]!.AsArray());
        }

        await Delta.RolledUpAsync(_host);
        var answer = await new QoeService.QoeServiceClient(_host.Invoker(Identity.Admin)).GetQoeAsync(
            new GetQoeRequest { TitleId = title, From = begin.ToTimestamp(), Until = begin.AddMinutes(30).ToTimestamp() });

        var metrics = Assert.Single(answer.Buckets).Metrics;
        var expected = vector["expected"]!.AsObject();
        foreach (var field in QoeMetrics.Descriptor.Fields.InDeclarationOrder().Where(field => !field.Name.EndsWith("concurrent_viewers", StringComparison.Ordinal)))
        {
            var wanted = expected[field.Name]?.GetValue<double>() ?? 0;
            var found = Convert.ToDouble(field.Accessor.GetValue(metrics), System.Globalization.CultureInfo.InvariantCulture);
            var tolerance = field.Name.StartsWith("startup_time", StringComparison.Ordinal) ? wanted * SketchAccuracy : 1e-9;
            Assert.True(Math.Abs(wanted - found) <= tolerance, $"{field.Name} is {found}, not {wanted}");
        }

        if (expected["present_ms"]?.GetValue<double>() is { } present)
        {
            var passed = answer.CompleteUntil.ToDateTimeOffset() - begin;
            Assert.Equal(present, metrics.AverageConcurrentViewers * passed.TotalMilliseconds, 3);
        }
    }

    [Fact]
    public async Task Script_OfTheVectors_AgreesWithThem()
    {
        var (output, _) = await Tool.RunAsync("python3", Folder, "check.py");

        Assert.Equal(string.Concat(Files.Select(file => $"{file}: ok\n")), output);
    }

    private async Task PlayAsync(string title, JsonArray events)
    {
        // The player's clock may say anything; times count from its start.
        var clientStart = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var session = await _host.As(Identity.Viewer).StartSessionAsync(new StartSessionRequest
        {
            Content = new PlaybackContent { TitleId = title },
            ClientTime = clientStart.ToTimestamp(),
        });
        var sequence = 0L;
        var all = events.Select(item => EventOf(item!.AsObject(), ++sequence, clientStart)).ToList();

        // Late ones too, and some twice.
        var append = await _host.As(null).AppendEventsAsync(Samples.Append(session, all.AsEnumerable().Reverse().Concat(all.Take(2))));
        Assert.DoesNotContain(append.Results, result => result.Verdict is EventVerdict.Rejected);
    }

    private static PlaybackEvent EventOf(JsonObject item, long sequence, DateTimeOffset clientStart)
    {
        var fields = item.DeepClone().AsObject();
        var at = fields["at_ms"]!.GetValue<long>();
        fields.Remove("at_ms");
        Rename(fields, "type", "EVENT_TYPE_");
        Rename(fields, "visibility", "VISIBILITY_");
        Rename(fields, "complete_reason", "SESSION_END_REASON_");
        var parsed = JsonParser.Default.Parse<PlaybackEvent>(fields.ToJsonString(JsonSerializerOptions.Default));
        parsed.Sequence = sequence;
        parsed.ClientTime = clientStart.AddMilliseconds(at).ToTimestamp();
        return parsed;
    }

    private static void Rename(JsonObject fields, string name, string prefix)
    {
        if (fields[name]?.GetValue<string>() is { } value)
        {
            fields[name] = prefix + value;
        }
    }
}
