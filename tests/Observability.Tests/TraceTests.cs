using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using MoviesNow.Catalog.V1;
using MoviesNow.Testing.Hosting;
using MoviesNow.Testing.Hosting.Otlp;

namespace MoviesNow.Observability.Tests;

[Collection("Observed")]
public sealed class TraceTests(ObservedSystem system)
{
    private const int Internal = 1;
    private const int Server = 2;
    private const int Client = 3;
    private const int Error = 2;

    [Fact]
    public async Task Demo_IsOneTraceOfAllServicesAndServers()
    {
        await Demo.RunAsync(system);
        await system.Receiver.UntilAsync(spans => TraceOf(spans, "moviesnow demo").Any(span => span.Name == "moviesnow.telemetry.v1.PlaybackSessionService/GetSession" && span.Kind is Server)
            && TraceOf(spans, "moviesnow demo").Any(span => span.Name == "Redis SET"));

        var trace = TraceOf(system.Receiver.Spans, "moviesnow demo");
        AssertTold(trace, Server, "moviesnow.catalog.v1.TitleService/CreateTitle", "moviesnow.upload.v1.BundleUploadService/CreateBundle", "moviesnow.delivery.v1.DownloadLinkService/GetBundleUrl",
            "moviesnow.telemetry.v1.PlaybackSessionService/AppendEvents", "moviesnow.catalog.v1.BundleService/ReserveBundle", "S3 PutObject", "S3 UploadPart", "S3 GetObject");
        AssertTold(trace, Client, "moviesnow.upload.v1.BundleUploadService/CreateBundle", "moviesnow.catalog.v1.BundleService/ReserveBundle", "S3 HeadObject", "S3 CompleteMultipartUpload",
            "BATCH INSERT title", "COPY playback_event", "Redis SET", "PUT presigned URL", "GET presigned URL");
        Assert.Contains(trace, span => span.Name == "write events");
        Assert.DoesNotContain(trace, span => span.Name is "POST" or "PUT" or "GET" or "postgresql" || span.Name.StartsWith("Microsoft.", StringComparison.Ordinal));
        var known = trace.Select(span => span.SpanId).ToHashSet();
        Assert.All(trace, span => Assert.True(span.ParentSpanId.IsEmpty ? span.Name == "moviesnow demo" : known.Contains(span.ParentSpanId), $"{span.Name} has a parent that was not exported"));
    }

    [Fact]
    public async Task Call_ThatFails_IsMarkedWhereItFailed()
    {
        using var client = new RawClient();
        var (status, traceId) = await client.CallAsync(
            system.Addresses["catalog"].Grpc, "/moviesnow.catalog.v1.TitleService/GetTitle", new GetTitleRequest { TitleId = PlantedRequest.Id },
            ("authorization", $"Bearer {Identity.Admin.Token()}"));
        Assert.Equal(StatusCode.NotFound, status);

        var (late, failedId) = await client.CallAsync(
            system.Addresses["telemetry"].Grpc, "/moviesnow.telemetry.v1.QoeService/WatchLive", new GetTitleRequest(),
            ("authorization", $"Bearer {Identity.Admin.Token()}"), ("grpc-timeout", "1S"));
        Assert.Equal(StatusCode.DeadlineExceeded, late);
        await system.Receiver.UntilAsync(spans => Find(spans, traceId, "moviesnow.catalog.v1.TitleService/GetTitle") is not null && Find(spans, failedId, "moviesnow.telemetry.v1.QoeService/WatchLive") is not null);

        // Not found is an answer; what the service does not end in time is an error of its own.
        var answered = Find(system.Receiver.Spans, traceId, "moviesnow.catalog.v1.TitleService/GetTitle")!;
        Assert.Equal((0, "NOT_FOUND"), (answered.Status?.Code ?? 0, ValueOf(answered, "rpc.response.status_code")));
        var failed = Find(system.Receiver.Spans, failedId, "moviesnow.telemetry.v1.QoeService/WatchLive")!;
        Assert.Equal((Error, "", "DEADLINE_EXCEEDED"), (failed.Status.Code, failed.Status.Message, ValueOf(failed, "error.type")));
    }

    [Fact]
    public async Task Probes_OfAnyKind_MakeNoSpanAndNoLogLine()
    {
        using var client = new RawClient();
        foreach (var (grpc, http) in system.Addresses.Values)
        {
            foreach (var path in (string[])["/health/live", "/health/ready"])
            {
                using var answer = await client.GetAsync(new Uri(http, path));
                Assert.True(answer.IsSuccessStatusCode);
            }

            Assert.Equal(StatusCode.OK, (await client.CallAsync(grpc, "/grpc.health.v1.Health/Check", new HealthCheckRequest())).Status);
        }

        // Spans leave in the order of their ends, so that after this one no other is to come.
        var (_, last) = await client.CallAsync(system.Addresses["catalog"].Grpc, "/moviesnow.catalog.v1.TitleService/GetTitle", new GetTitleRequest());
        await system.Receiver.UntilAsync(spans => Find(spans, last, "moviesnow.catalog.v1.TitleService/GetTitle") is not null);
        system.Flush();

        // The bucket's server is in this process, and observed like a service; in its own it traces only what belongs to a trace.
        // What services do by themselves asks the database, too.
        var background = system.Receiver.Spans.Where(span => span.Kind is Internal).Select(span => span.TraceId).ToHashSet();
        Assert.DoesNotContain(
            system.Receiver.Spans.Where(span => !background.Contains(span.TraceId)),
            span => span.Name.Contains("health", StringComparison.OrdinalIgnoreCase) || (span.Kind is not Server && span.Name is "S3 HeadBucket" or "Redis PING" or "SELECT"));
        system.AssertNotExported("logs", "/health/", "grpc.health");
    }

    private static void AssertTold(IReadOnlyList<SentSpan> trace, int kind, params string[] names) =>
        Assert.Superset(names.ToHashSet(StringComparer.Ordinal), trace.Where(span => span.Kind == kind).Select(span => span.Name).ToHashSet(StringComparer.Ordinal));

    /// <summary>The spans of the newest trace with a root of this name.</summary>
    private static List<SentSpan> TraceOf(IReadOnlyList<SentSpan> spans, string root)
    {
        var id = spans.LastOrDefault(span => span.Name == root)?.TraceId ?? ByteString.Empty;
        return [.. spans.Where(span => span.TraceId.Equals(id))];
    }

    private static SentSpan? Find(IReadOnlyList<SentSpan> spans, string traceId, string name) =>
        spans.FirstOrDefault(span => span.Name == name && Convert.ToHexStringLower(span.TraceId.Span) == traceId);

    private static string? ValueOf(SentSpan span, string key) => span.Attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value.Text;
}
