using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using MoviesNow.ServiceDefaults.Observability;
using OpenTelemetry.Trace;

namespace MoviesNow.ServiceDefaults.Tests.Observability;

public sealed class TraceSamplingTests
{
    [Theory]
    [InlineData(null, ActivityKind.Server, true)]
    [InlineData(null, ActivityKind.Internal, true)]
    [InlineData(null, ActivityKind.Client, false)]
    [InlineData("always_on", ActivityKind.Server, true)]
    [InlineData("always_on", ActivityKind.Client, false)]
    [InlineData("parentbased_always_on", ActivityKind.Server, true)]
    [InlineData("parentbased_traceidratio", ActivityKind.Server, true)]
    [InlineData("always_off", ActivityKind.Server, false)]
    [InlineData("parentbased_always_off", ActivityKind.Server, false)]
    public void ShouldSample_NewTrace_IsRecordedUnlessItIsAPoll(string? name, ActivityKind kind, bool isRecorded) =>
        Assert.Equal(isRecorded, IsRecorded(Of(("OTEL_TRACES_SAMPLER", name)), default, kind));

    [Theory]
    [InlineData(ActivityTraceFlags.Recorded, true)]
    [InlineData(ActivityTraceFlags.None, false)]
    public void ShouldSample_CallersTrace_FollowsTheCaller(ActivityTraceFlags flags, bool isRecorded)
    {
        var parent = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), flags, isRemote: true);
        Assert.Equal(isRecorded, IsRecorded(Of((TraceSampling.TracesPerSecond, "1")), parent, ActivityKind.Client));
    }

    [Fact]
    public void ShouldSample_ManyNewTraces_RecordsSoManyASecond()
    {
        var sampler = Of((TraceSampling.TracesPerSecond, "3"));
        var begin = Environment.TickCount64 / 1_000;
        var recorded = Enumerable.Range(0, 1_000).Count(_ => IsRecorded(sampler, default, ActivityKind.Server));
        var seconds = (Environment.TickCount64 / 1_000) - begin + 1;

        Assert.InRange(recorded, 3, 3 * seconds);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 100)]
    public void ShouldSample_Ratio_IsHonoured(string ratio, int recorded)
    {
        var sampler = Of(("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", ratio));
        Assert.Equal(recorded, Enumerable.Range(0, 100).Count(_ => IsRecorded(sampler, default, ActivityKind.Server)));
    }

    private static Sampler Of(params (string Key, string? Value)[] settings) => TraceSampling.Of(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))).Build());

    private static bool IsRecorded(Sampler sampler, ActivityContext parent, ActivityKind kind) =>
        sampler.ShouldSample(new SamplingParameters(parent, ActivityTraceId.CreateRandom(), "span", kind)).Decision is SamplingDecision.RecordAndSample;
}
