using System.Runtime.InteropServices;
using MoviesNow.Telemetry.Qoe;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>What quality is told apart by, besides time.</summary>
/// <param name="TitleId">The title.</param>
/// <param name="VariantId">The variant that the session began with; all zeros when it is not known.</param>
/// <param name="Country">The country; empty when it is not known.</param>
/// <param name="Device">The device.</param>
/// <param name="AppVersion">The version of the app.</param>
internal sealed record SessionDimensions(Guid TitleId, Guid VariantId, string Country, string Device, string AppVersion);

/// <summary>What one row of <c>qoe_delta</c> is about.</summary>
/// <param name="Minute">Minutes since 1970.</param>
/// <param name="Dimensions">The dimensions.</param>
/// <param name="StartupBucket">The bucket of <see cref="StartupSketch"/>, <see cref="QualityDeltas.NoBucket"/> without starts.</param>
internal readonly record struct DeltaKey(long Minute, SessionDimensions Dimensions, short StartupBucket);

/// <summary>What newly stored events of any number of sessions change in quality, merged.</summary>
internal sealed class QualityDeltas
{
    public const short NoBucket = -1;

    private readonly Dictionary<DeltaKey, QualityCounts> _rows = [];

    /// <summary>The changes that are any.</summary>
    public IEnumerable<KeyValuePair<DeltaKey, QualityCounts>> Rows => _rows.Where(row => row.Value != default);

    public void Add(DeltaKey key, in QualityCounts counts)
    {
        ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, key, out _);
        row += counts;
    }
}

/// <summary>What newly stored events of one session change.</summary>
internal sealed class SessionDeltas(QualityDeltas all, SessionDimensions dimensions)
{
    /// <summary>Adds what happened in a minute.</summary>
    /// <param name="minute">Minutes since 1970.</param>
    /// <param name="counts">What happened.</param>
    /// <param name="sign">1, or -1 to take it back.</param>
    public void Add(long minute, in QualityCounts counts, int sign = 1) =>
        all.Add(new DeltaKey(minute, dimensions, QualityDeltas.NoBucket), sign < 0 ? -counts : counts);

    /// <summary>Adds what a session counts for as a whole: in the minute in which it started.</summary>
    public void AddOutcome(SessionProgress session, int sign = 1)
    {
        var minute = PlaybackSpan.MinuteOf(session.Summary.StartTime.ToUnixTimeMilliseconds());
        Add(minute, OutcomeOf(session.Summary), sign);
        if (session.StartupMs is { } startup)
        {
            all.Add(new DeltaKey(minute, dimensions, StartupSketch.BucketOf(startup)), new QualityCounts { StartCount = sign });
        }
    }

    private static QualityCounts OutcomeOf(SessionSummary summary)
    {
        var isFailure = summary.EndReason is SessionEndReason.Error or SessionEndReason.Network or SessionEndReason.Drm;
        var (isAborted, isEnded) = (summary.State is SessionState.Aborted, summary.State is SessionState.Ended);
        return new QualityCounts
        {
            SessionCount = 1,
            StartFailures = isAborted && isFailure ? 1 : 0,
            ExitsBeforeStart = isAborted && !isFailure ? 1 : 0,
            PlaybackFailures = isEnded && isFailure ? 1 : 0,
            Completions = isEnded && summary.EndReason is SessionEndReason.Completed ? 1 : 0,
        };
    }
}
