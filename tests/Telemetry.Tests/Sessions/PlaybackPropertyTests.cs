using FsCheck;
using FsCheck.Fluent;
using MoviesNow.Telemetry.Qoe;
using MoviesNow.Telemetry.Sessions;
using MoviesNow.Telemetry.V1;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Sessions;

public sealed class PlaybackPropertyTests
{
    private static readonly long Noon = Samples.Noon.ToUnixTimeMilliseconds();

    [Fact]
    public void Measures_AnyEvents_AreThoseOfTheReference() => Check(PlaybackSets.InOrder, events =>
    {
        var session = StoredInMemory.Of(events);
        var reference = ReferencePlayback.Run(events);

        Assert.Equal(reference.Total, session.Progress.Measures);
        Assert.Equal(reference.StartupMs, session.Progress.StartupMs);
        var times = session.Deltas.Where(row => row.Key.Bucket == QualityDeltas.NoBucket)
            .ToDictionary(row => row.Key.Minute, row => TimesOf(row.Value)).Where(row => row.Value != default);
        Assert.Equal(reference.Minutes.OrderBy(minute => minute.Key), times.OrderBy(minute => minute.Key));
    });

    [Fact]
    public void Apply_AnyOrderDuplicatesCallsAndTimeouts_GivesWhatTheOrderedListGives()
    {
        var cases = from events in PlaybackSets.InOrder
                    from shuffled in Gen.Shuffle(events)
                    from again in Gen.Shuffle(events)
                    from size in Gen.Choose(1, 8)
                    from timeout in Gen.Choose(0, 6)
                    select (events, shuffled, again, size, timeout);

        Check(cases, sample =>
        {
            var ordered = StoredInMemory.Of(sample.events);
            var stored = new StoredInMemory();
            foreach (var (i, call) in sample.shuffled.Chunk(sample.size).Concat(sample.again.Chunk(sample.size + 1)).Index())
            {
                stored.Append(call);
                if (i == sample.timeout && i * sample.size < sample.shuffled.Length - sample.size)
                {
                    stored.TimeOut();
                }
            }

            Assert.Equal(ordered.Progress, stored.Progress);
            Assert.Equal(ordered.Deltas.OrderBy(row => row.Key), stored.Deltas.OrderBy(row => row.Key));
        });
    }

    [Fact]
    public void Measures_AnyEvents_StayWithinTheSessionsTimeAndNeverShrink() => Check(PlaybackSets.InOrder, events =>
    {
        var session = SessionProgress.Begin(new SessionSummary(Samples.Noon, Samples.Noon), null);
        foreach (var e in events)
        {
            var (before, next) = (session.Measures, session.With(e, changes: null));
            session = next;
            var (now, wall) = (session.Measures, session.Playback.TimeMs - Noon);
            Assert.InRange(now.WatchMs + now.HiddenWatchMs + now.RebufferMs + now.SeekRebufferMs, 0, wall);
            Assert.InRange(now.PresentMs, now.WatchMs + now.HiddenWatchMs + now.RebufferMs + now.SeekRebufferMs, wall);
            Assert.InRange(now.BitrateMs, 0, now.WatchMs + now.HiddenWatchMs);
            Assert.InRange(now.Bits, 0, now.BitrateMs * 4_500_000 / 1_000);
            Assert.True(Values(before).Zip(Values(now)).All(pair => pair.First <= pair.Second), "A measure shrank.");
        }
    });

    [Fact]
    public void Outcome_AnyEvents_CountsTheSessionOnceInTheMinuteOfItsStart() => Check(PlaybackSets.InOrder, events =>
    {
        var session = StoredInMemory.Of(events);
        var (state, reason, _) = ReferenceMachine.Run(events);
        var isFailure = reason is SessionEndReason.Error or SessionEndReason.Drm;

        var outcome = session.Deltas.GetValueOrDefault((Noon / 60_000, QualityDeltas.NoBucket));
        Assert.Equal(state is SessionState.Aborted && isFailure, outcome.StartFailures == 1);
        Assert.Equal(state is SessionState.Aborted && !isFailure, outcome.ExitsBeforeStart == 1);
        Assert.Equal(state is SessionState.Ended && isFailure, outcome.PlaybackFailures == 1);
        Assert.Equal(state is SessionState.Ended && reason is SessionEndReason.Completed, outcome.Completions == 1);
        var starts = session.Deltas.Where(row => row.Key.Bucket != QualityDeltas.NoBucket).ToList();
        Assert.Equal(session.Progress.StartupMs is { } ms ? [StartupSketch.BucketOf(ms)] : [], starts.Select(row => row.Key.Bucket));
        Assert.All(starts, start => Assert.Equal(new QualityCounts { StartCount = 1 }, start.Value));
    });

    private static void Check<T>(Gen<T> cases, Action<T> check) => Prop.ForAll(cases.ToArbitrary(), check).Check(Config.QuickThrowOnFailure.WithMaxTest(1_500));

    private static QualityCounts TimesOf(QualityCounts row) =>
        row with { SessionCount = 0, StartCount = 0, StartFailures = 0, ExitsBeforeStart = 0, PlaybackFailures = 0, Completions = 0 };

    private static IEnumerable<long> Values(QualityCounts counts) =>
        [counts.WatchMs, counts.HiddenWatchMs, counts.RebufferCount, counts.RebufferMs, counts.SeekRebufferCount, counts.SeekRebufferMs, counts.BitrateMs, counts.Bits, counts.RenditionChanges, counts.PresentMs];
}
