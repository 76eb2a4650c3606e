using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using MoviesNow.LocalS3;
using MoviesNow.Storage.Tests.Support;

namespace MoviesNow.Storage.Tests.Objects;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Operations_OfAnyOutcome_AreCountedAndTracedWithoutKeys()
    {
        await using var server = await LocalS3Host.StartAsync(options =>
        {
            options.Fsync = false;
            options.Buckets.Add("media");
        });
        var settings = StorageFixture.SettingsOf(server);
        await using var host = await StorageHost.StartAsync(settings);
        var meters = host.Get<IMeterFactory>();
        var measured = new ConcurrentQueue<string>();
        using var metrics = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == meters)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        metrics.SetMeasurementEventCallback<double>((instrument, _, tags, _) =>
            measured.Enqueue(instrument.Name + " " + string.Join(' ', tags.ToArray().Select(tag => tag.Value))));
        metrics.SetMeasurementEventCallback<long>((instrument, _, tags, _) => measured.Enqueue(instrument.Name));
        metrics.Start();

        using var root = new Activity("test").Start();
        var spans = new ConcurrentQueue<Activity>();
        using var traces = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == root.TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                if (span.TraceId == root.TraceId && span != root && span.Source.Name is not "Microsoft.AspNetCore")
                    spans.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(traces);

        var key = StorageFixture.NewKey();
        await host.Store.HeadAsync(key, CancellationToken.None);
        await server.StopAsync();
        await Assert.ThrowsAsync<StorageUnavailableException>(() => host.Store.HeadAsync(key, CancellationToken.None));

        Assert.Contains("moviesnow.storage.operation.duration head ok", measured, StringComparer.Ordinal);
        Assert.Contains("moviesnow.storage.operation.duration head unavailable", measured, StringComparer.Ordinal);
        Assert.Contains("moviesnow.storage.retries", measured, StringComparer.Ordinal);
        Assert.Equal(2, spans.Count(span => span.OperationName == "S3 HeadObject"));
        Assert.Equal("ConnectionRefused", Assert.Single(spans, span => span.Status is ActivityStatusCode.Error).GetTagItem("error.type"));
        Assert.All(spans, span => Assert.DoesNotContain(
            "media", span.DisplayName + span.StatusDescription + string.Join(' ', span.TagObjects.Select(tag => tag.Value)), StringComparison.Ordinal));
    }
}
