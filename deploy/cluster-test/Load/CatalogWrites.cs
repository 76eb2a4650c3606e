using System.Collections.Concurrent;
using MoviesNow.Catalog.V1;
using MoviesNow.ClusterTest.Servers;

namespace MoviesNow.ClusterTest.Load;

/// <summary>Admins who create titles, each with an idempotency key.</summary>
internal sealed class CatalogWrites(Client client, Tally tally, int workers, TimeSpan pause) : ILoad
{
    private const int Repeated = 20;

    private readonly TitleService.TitleServiceClient _titles = new(client[Service.Catalog]);
    private readonly ConcurrentBag<(string Name, string Key, string Id)> _created = [];
    private readonly string _mark = Callers.NewKey();
    private long _names;

    public int Workers => workers;

    public TimeSpan Pause => pause;

    public async Task StepAsync(int worker)
    {
        var (name, key) = ($"{_mark} {Interlocked.Increment(ref _names)}", Callers.NewKey());
        if (await CreateAsync(name, key) is { } id)
        {
            _created.Add((name, key, id));
        }
    }

    public async Task<Account> CheckAsync()
    {
        var there = await IdsByNameAsync();
        var lost = _created.Count(created => !there[created.Name].Contains(created.Id, StringComparer.Ordinal));
        var doubled = there.Sum(ids => ids.Count() - 1);
        // The key still stands for its effect: the same title, and no other.
        foreach (var (name, key, id) in _created.Take(Repeated))
        {
            if (await CreateAsync(name, key) is { } again && again != id)
            {
                doubled++;
            }
        }

        return new Account(_created.Count, lost, doubled);
    }

    private async Task<string?> CreateAsync(string name, string key) => (await Client.CallAsync(tally, Callers.Admin, key, options => _titles.CreateTitleAsync(
        new CreateTitleRequest { Kind = TitleKind.Movie, Name = name }, options)))?.Title.Id;

    private async Task<ILookup<string, string>> IdsByNameAsync()
    {
        var found = new List<Title>();
        var request = new ListTitlesRequest { Query = _mark, PageSize = 200 };
        do
        {
            var page = await Client.CallAsync(tally, Callers.Admin, null, options => _titles.ListTitlesAsync(request, options));
            found.AddRange(page?.Titles ?? []);
            request.PageToken = page?.NextPageToken ?? "";
        }
        while (request.PageToken.Length > 0);
        return found.ToLookup(title => title.Name, title => title.Id, StringComparer.Ordinal);
    }
}
