using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using MoviesNow.Telemetry.Qoe;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Live;

/// <summary>The sessions of one title in one country.</summary>
internal readonly record struct LiveCell(Guid TitleId, string Country);

/// <summary>
/// What goes on at one moment, over the sessions of all replicas. It is made once and read by everyone who watches; an answer is made
/// once for all who watch the same.
/// </summary>
/// <param name="time">When it was measured.</param>
/// <param name="qualityFrom">The first moment that its quality is of.</param>
internal sealed class LiveMeasurement(DateTimeOffset time, DateTimeOffset qualityFrom)
{
    private const int MaxTitles = 10;

    private readonly List<(LiveCell Cell, long Viewers)> _viewers = [];
    private readonly Dictionary<LiveCell, QoeSums> _quality = [];
    private readonly List<(LiveCell Cell, DateTimeOffset Minute, long PresentMs)> _presence = [];
    private readonly ConcurrentDictionary<LiveFilter, WatchLiveResponse> _answers = new();

    /// <summary>Its place among the measurements of this replica, from 1.</summary>
    public long Number { get; init; }

    public void AddViewers(LiveCell cell, long viewers) => _viewers.Add((cell, viewers));

    public void AddPresence(LiveCell cell, DateTimeOffset minute, long presentMs) => _presence.Add((cell, minute, presentMs));

    /// <summary>The sums of a cell.</summary>
    public QoeSums QualityOf(LiveCell cell)
    {
        if (!_quality.TryGetValue(cell, out var sums))
        {
            _quality.Add(cell, sums = new QoeSums());
        }

        return sums;
    }

    /// <summary>The answer to those who watch these sessions. It must not be changed.</summary>
    public WatchLiveResponse AnswerTo(LiveFilter filter) => _answers.GetOrAdd(filter, Answer);

    private WatchLiveResponse Answer(LiveFilter filter)
    {
        var viewers = _viewers.Where(item => filter.Includes(item.Cell)).ToList();
        var sums = new QoeSums();
        foreach (var (_, quality) in _quality.Where(item => filter.Includes(item.Key)))
        {
            sums.Add(quality);
        }

        var peak = _presence.Where(item => filter.Includes(item.Cell)).GroupBy(item => item.Minute)
            .Select(minute => minute.Sum(item => item.PresentMs)).DefaultIfEmpty().Max() / QoeLevel.Minute.Length().TotalMilliseconds;
        return new WatchLiveResponse
        {
            Time = time.ToTimestamp(),
            ConcurrentViewers = viewers.Sum(item => item.Viewers),
            Metrics = QoeMeasures.Of(sums, time - qualityFrom, Math.Max(0, peak)),
            Titles =
            {
                viewers.GroupBy(item => item.Cell.TitleId)
                    .Select(title => new LiveTitle { TitleId = title.Key.ToString(), ConcurrentViewers = title.Sum(item => item.Viewers) })
                    .OrderByDescending(title => title.ConcurrentViewers).ThenBy(title => title.TitleId, StringComparer.Ordinal)
                    .Take(MaxTitles),
            },
        };
    }
}
