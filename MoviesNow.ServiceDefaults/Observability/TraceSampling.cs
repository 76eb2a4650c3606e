using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Trace;

namespace MoviesNow.ServiceDefaults.Observability;

/// <summary>
/// Which traces are recorded. A caller's decision is followed. New traces are recorded as <c>OTEL_TRACES_SAMPLER</c> says; where it
/// is not set, up to <see cref="DefaultTracesPerSecond"/> a second and process, so that a quiet system shows every call and a busy one
/// does not spend its time on spans that nobody reads. A client span never begins a trace: those are polls, such as health checks.
/// </summary>
internal sealed class TraceSampling : Sampler
{
    /// <summary>The setting that changes <see cref="DefaultTracesPerSecond"/>.</summary>
    public const string TracesPerSecond = "Observability:TracesPerSecond";

    /// <summary>New traces a second and process.</summary>
    public const int DefaultTracesPerSecond = 50;

    private static readonly SamplingResult Drop = new(SamplingDecision.Drop);
    private static readonly SamplingResult Record = new(SamplingDecision.RecordAndSample);

    private readonly Func<SamplingParameters, SamplingResult> _decide;

    private TraceSampling(Func<SamplingParameters, SamplingResult> decide) => _decide = decide;

    public static Sampler Of(IConfiguration configuration) => configuration["OTEL_TRACES_SAMPLER"]?.ToLowerInvariant() switch
    {
        "always_on" => new TraceSampling(_ => Record),
        "always_off" => new AlwaysOffSampler(),
        "traceidratio" => new TraceSampling(Ratio(configuration)),
        "parentbased_always_on" => Following(_ => Record),
        "parentbased_always_off" => new ParentBasedSampler(new AlwaysOffSampler()),
        "parentbased_traceidratio" => Following(Ratio(configuration)),
        _ => Following(Limited(configuration.GetValue(TracesPerSecond, DefaultTracesPerSecond))),
    };

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        samplingParameters.Kind is ActivityKind.Client && samplingParameters.ParentContext.TraceId == default ? Drop : _decide(samplingParameters);

    private static ParentBasedSampler Following(Func<SamplingParameters, SamplingResult> decide) => new(new TraceSampling(decide));

    private static Func<SamplingParameters, SamplingResult> Ratio(IConfiguration configuration)
    {
        var isGiven = double.TryParse(configuration["OTEL_TRACES_SAMPLER_ARG"], NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio);
        var sampler = new TraceIdRatioBasedSampler(isGiven ? Math.Clamp(ratio, 0, 1) : 1);
        return parameters => sampler.ShouldSample(parameters);
    }

    private static Func<SamplingParameters, SamplingResult> Limited(int perSecond)
    {
        var second = 0L;
        var count = 0;
        return _ =>
        {
            var now = Environment.TickCount64 / 1_000;
            if (Volatile.Read(ref second) != now && Interlocked.Exchange(ref second, now) != now)
            {
                Volatile.Write(ref count, 0);
            }

            // Once the second is used up, nobody writes any more: processors would fight for the number.
            return Volatile.Read(ref count) < perSecond && Interlocked.Increment(ref count) <= perSecond ? Record : Drop;
        };
    }
}
