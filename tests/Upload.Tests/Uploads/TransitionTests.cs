using MoviesNow.Upload.Uploads;
using UploadTests.Support;

namespace UploadTests.Uploads;

/// <summary>Every change of a session starts from the states that it names, and from no other.</summary>
[Collection(nameof(SharedSystem))]
public sealed class TransitionTests(SharedSystem shared) : UploadTest(shared)
{
    private static readonly Dictionary<string, string> Rows = new(StringComparer.Ordinal)
    {
        ["opening"] = "state = 'opening', lease_until = now() + interval '1 hour'",
        ["abandoned"] = "state = 'opening', lease_until = now() - interval '1 second'",
        ["pending"] = "state = 'pending'",
        ["recording"] = "state = 'recording', storage_etag = 'x'",
        ["closing"] = "state = 'closing', close_as = 'aborted'",
        ["completed"] = "state = 'completed', storage_etag = 'x'",
        ["aborted"] = "state = 'aborted'",
        ["expired"] = "state = 'expired'",
    };

    public static TheoryData<string, string> Transitions => new()
    {
        { "renew", "opening abandoned" },
        { "open", "opening abandoned" },
        { "record", "pending" },
        { "give up", "recording" },
        { "complete", "recording" },
        { "abort", "pending" },
        { "discard abandoned", "abandoned" },
    };

    [Theory]
    [MemberData(nameof(Transitions))]
    public async Task Change_FromEachState_HappensFromThoseThatItNamesOnly(string change, string from)
    {
        var store = System.Service<UploadStore>();
        var upload = (await System.Uploads().CreateUploadAsync(Requests.Artwork(await System.MovieAsync(), Content.Random(10)))).Upload;
        var happened = new List<string>();
        foreach (var (state, row) in Rows)
        {
            await System.SetAsync(upload.Id, "state = 'pending', close_as = NULL, storage_etag = NULL");
            await System.SetAsync(upload.Id, row);
            if (await ChangeAsync(store, Guid.Parse(upload.Id), change) is not null)
                happened.Add(state);
        }

        Assert.Equal(from, string.Join(' ', happened));
        await System.SetAsync(upload.Id, "close_as = NULL, state = 'aborted'");
    }

    private static Task<UploadSession?> ChangeAsync(UploadStore store, Guid id, string change) => change switch
    {
        "renew" => store.RenewLeaseAsync(id, DateTimeOffset.UtcNow.AddHours(1), default),
        "open" => store.OpenAsync(id, storageUploadId: null, default),
        "record" => store.BeginRecordingAsync(id, "x", default),
        "give up" => store.GiveUpRecordingAsync(id, default),
        "complete" => store.CompleteAsync(id, assetId: null, default),
        "abort" => store.BeginClosingAsync(id, [SessionState.Pending], CloseOutcome.Aborted, default),
        _ => store.DiscardAbandonedAsync(id, default),
    };
}
