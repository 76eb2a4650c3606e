using System.IO.Compression;
using System.Security.Cryptography;
using MoviesNow.Catalog.V1;
using MoviesNow.ClusterTest.Servers;
using MoviesNow.Upload.V1;

namespace MoviesNow.ClusterTest.Load;

/// <summary>Makes bundles, from the title to what the public may download.</summary>
internal sealed class BundleMaker(Client client)
{
    private readonly TitleService.TitleServiceClient _titles = new(client[Service.Catalog]);
    private readonly BundleService.BundleServiceClient _bundles = new(client[Service.Catalog]);
    private readonly BundleUploadService.BundleUploadServiceClient _bundleUploads = new(client[Service.Upload]);
    private readonly UploadService.UploadServiceClient _uploads = new(client[Service.Upload]);

    /// <summary>The ZIP that every bundle has.</summary>
    public static byte[] Zip { get; } = MakeZip();

    /// <summary>Makes one.</summary>
    /// <param name="tally">What counts the calls.</param>
    /// <param name="requiresToken">Whether a download asks for a one-time token.</param>
    /// <returns>The published bundle; null when a call failed.</returns>
    public async Task<Bundle?> MakeAsync(Tally tally, bool requiresToken)
    {
        var title = await Client.CallAsync(tally, Callers.Admin, Callers.NewKey(), options => _titles.CreateTitleAsync(
            new CreateTitleRequest { Kind = TitleKind.Movie, Name = "Bundled" }, options));
        if (title is null
            || await Client.CallAsync(tally, Callers.Admin, Callers.NewKey(), options => _titles.PublishTitleAsync(new() { TitleId = title.Title.Id }, options)) is null)
        {
            return null;
        }

        var created = await Client.CallAsync(tally, Callers.Admin, Callers.NewKey(), options => _bundleUploads.CreateBundleAsync(
            new CreateBundleRequest
            {
                TitleId = title.Title.Id,
                Kind = BundleKind.TitleExtras,
                Label = "Extras",
                SizeBytes = Zip.Length,
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(Zip)),
                Method = UploadMethod.SinglePut,
                RequiresToken = requiresToken,
            },
            options));
        if (created is null
            || !await Bytes.PutAsync(tally, created.Put, Zip)
            || await Client.CallAsync(tally, Callers.Admin, Callers.NewKey(), options => _uploads.FinalizeUploadAsync(new() { UploadId = created.Upload.Id }, options)) is null)
        {
            return null;
        }

        return (await Client.CallAsync(tally, Callers.Admin, Callers.NewKey(), options => _bundles.PublishBundleAsync(
            new() { BundleId = created.Bundle.Id }, options)))?.Bundle;
    }

    /// <summary>The bundles of a title.</summary>
    public async Task<IReadOnlyList<Bundle>> ListAsync(Tally tally, string titleId) => (await Client.CallAsync(tally, Callers.Admin, null, options => _bundles.ListBundlesAsync(
        new() { TitleId = titleId, PageSize = 200 }, options)))?.Bundles ?? [];

    private static byte[] MakeZip()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("extras.txt", CompressionLevel.NoCompression).Open();
            entry.Write(RandomNumberGenerator.GetBytes(2_000));
        }

        return bytes.ToArray();
    }
}
