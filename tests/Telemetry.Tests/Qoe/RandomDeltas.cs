using MoviesNow.Telemetry.Qoe;

namespace Telemetry.Tests.Qoe;

/// <summary>Deltas over some days, of few titles and audiences, so that many fall together.</summary>
internal sealed class RandomDeltas(int seed)
{
    public static readonly string[] Countries = ["NO", "DE", "", "US"];
    public static readonly string[] Devices = ["tv", "web", ""];
    public static readonly string[] Versions = ["1.0", "2.0"];

    private readonly Random _random = new(seed);
    private readonly Guid[] _titles = [.. Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7())];
    private readonly Guid[] _variants = [Guid.Empty, .. Enumerable.Range(0, 2).Select(_ => Guid.CreateVersion7())];

    public IReadOnlyList<Guid> Titles => _titles;

    public IReadOnlyList<Guid> Variants => _variants;

    public List<Delta> Make(DateTimeOffset from, int days, int count) => [.. Enumerable.Range(0, count).Select(_ => One(from, days))];

    public T Pick<T>(IReadOnlyList<T> values) => values[_random.Next(values.Count)];

    public int Next(int min, int max) => _random.Next(min, max);

    private Delta One(DateTimeOffset from, int days)
    {
        var delta = new Delta(from.AddMinutes(_random.Next(days * 1_440)))
        {
            Title = Pick(_titles),
            Variant = Pick(_variants),
            Country = Pick(Countries),
            Device = Pick(Devices),
            AppVersion = Pick(Versions),
        };
        foreach (var column in Enum.GetValues<QoeColumn>().Where(column => column is not QoeColumn.StartCount && _random.Next(3) == 0))
        {
            delta = delta.With(column, column is QoeColumn.Bits ? _random.NextInt64(4_000_000_000) : _random.Next(1, 60_000));
        }

        return _random.Next(4) == 0 ? delta.WithStart(_random.Next(1, 20_000)) : delta;
    }
}
