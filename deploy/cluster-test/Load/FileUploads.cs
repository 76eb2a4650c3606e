using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MoviesNow.Catalog.V1;
using MoviesNow.ClusterTest.Servers;
using MoviesNow.Upload.V1;

namespace MoviesNow.ClusterTest.Load;

/// <summary>Admins who upload subtitles: an upload is opened, sent to the bucket, and completed.</summary>
internal sealed class FileUploads(Client client, ObjectStorage storage, Tally tally, int workers, TimeSpan pause) : ILoad
{
    private readonly UploadService.UploadServiceClient _uploads = new(client[Service.Upload]);
    private readonly AssetService.AssetServiceClient _assets = new(client[Service.Catalog]);
    private readonly TitleService.TitleServiceClient _titles = new(client[Service.Catalog]);
    private readonly ConcurrentBag<(string Id, string Key, string AssetId)> _completed = [];
    private readonly string?[] _owners = new string?[workers];
    private long _files;

    public int Workers => workers;

    public TimeSpan Pause => pause;

    public async Task StepAsync(int worker)
    {
        var title = _owners[worker] ??= await TitleAsync();
        if (title is null)
        {
            return;
        }

        var number = Interlocked.Increment(ref _files);
        var bytes = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"WEBVTT\n\n00:00.000 --> 00:01.000\nLine {number}\n"));
        var opened = await Client.CallAsync(tally, Callers.Admin, Callers.NewKey(), options => _uploads.CreateUploadAsync(
            new CreateUploadRequest
            {
                Target = new() { Purpose = UploadPurpose.Subtitle, TitleId = title, Language = "en" },
                FileName = $"{number}.vtt",
                SizeBytes = bytes.Length,
                ContentType = "text/vtt",
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
                Method = UploadMethod.SinglePut,
            },
            options));
        if (opened is not null && await Bytes.PutAsync(tally, opened.Put, bytes))
        {
            var done = await Client.CallAsync(tally, Callers.Admin, Callers.NewKey(), options => _uploads.FinalizeUploadAsync(new() { UploadId = opened.Upload.Id }, options));
            if (done is not null)
            {
                _completed.Add((opened.Upload.Id, opened.Upload.StorageKey, done.AssetId));
            }
        }
    }

    public async Task<Account> CheckAsync()
    {
        var account = Account.Nothing;
        foreach (var title in _owners.OfType<string>())
        {
            var objects = await storage.ListAsync($"subs/title/{title}/");
            var assets = await AssetsAsync(title);
            account += new Account(0, 0, objects.Count - objects.Distinct(StringComparer.Ordinal).Count() + assets.Sum(keys => keys.Count() - 1));
            foreach (var (id, key, assetId) in _completed.Where(upload => upload.Key.Contains(title, StringComparison.Ordinal)))
            {
                var upload = await Client.CallAsync(tally, Callers.Admin, null, options => _uploads.GetUploadAsync(new() { UploadId = id }, options));
                var isThere = upload?.Upload.State is UploadState.Completed
                    && objects.Contains(key, StringComparer.Ordinal) && assets[key].Contains(assetId, StringComparer.Ordinal);
                account += new Account(1, isThere ? 0 : 1, 0);
            }
        }

        return account;
    }

    private async Task<string?> TitleAsync() => (await Client.CallAsync(tally, Callers.Admin, Callers.NewKey(), options => _titles.CreateTitleAsync(
        new CreateTitleRequest { Kind = TitleKind.Movie, Name = "Subtitled" }, options)))?.Title.Id;

    private async Task<ILookup<string, string>> AssetsAsync(string title)
    {
        var found = new List<MediaAsset>();
        var request = new ListAssetsRequest { Scope = new() { TitleId = title }, PageSize = 200 };
        do
        {
            var page = await Client.CallAsync(tally, Callers.Admin, null, options => _assets.ListAssetsAsync(request, options));
            found.AddRange(page?.Assets ?? []);
            request.PageToken = page?.NextPageToken ?? "";
        }
        while (request.PageToken.Length > 0);
        return found.ToLookup(asset => asset.StorageKey, asset => asset.Id, StringComparer.Ordinal);
    }
}
