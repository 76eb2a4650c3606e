extern alias catalog;
extern alias delivery;
extern alias telemetry;
extern alias upload;

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;

namespace MoviesNow.Observability.Tests;

/// <summary>The page, which is made of the classes that have instruments, and the services as they run agree.</summary>
[Collection("Observed")]
public sealed partial class MetricsTests(ObservedSystem system)
{
    [Fact]
    public async Task Instruments_OfAllServices_AreThoseOfThePage()
    {
        var published = new ConcurrentDictionary<string, Instrument>(StringComparer.Ordinal);
        var attributes = new ConcurrentDictionary<(string Instrument, string Attribute), bool>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name.StartsWith("moviesnow.", StringComparison.Ordinal))
                {
                    published[instrument.Name] = instrument;
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note(instrument, tags));
        listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Note(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, tags));
        listener.Start();
        await Demo.RunAsync(system);
        listener.RecordObservableInstruments();

        var page = Rows().ToDictionary(row => row.Name, StringComparer.Ordinal);
        Assert.Equal(page.Keys.Order(StringComparer.Ordinal), published.Keys.Order(StringComparer.Ordinal));
        Assert.All(published.Values, instrument =>
        {
            Assert.Equal(page[instrument.Name].Unit, instrument.Unit);
            Assert.False(string.IsNullOrWhiteSpace(instrument.Description), $"{instrument.Name} has no description");
        });
        Assert.All(attributes.Keys, seen => Assert.Contains(seen.Attribute, page[seen.Instrument].Attributes));

        void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
            {
                attributes[(instrument.Name, tag.Key)] = true;
            }
        }
    }

    private static IEnumerable<(string Name, string Unit, string[] Attributes)> Rows() =>
        from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "metrics.md"))
        where line.StartsWith("| `moviesnow.", StringComparison.Ordinal)
        let cells = line.Split('|', StringSplitOptions.TrimEntries)
        select (cells[1].Trim('`'), cells[3].Trim('`'), Quoted().Matches(cells[4]).Select(match => match.Groups["name"].Value).ToArray());

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Quoted();
}
