using System.Security.Cryptography;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.Links;
using MoviesNow.Delivery.V1;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using Npgsql;

namespace MoviesNow.Browser.Tests.Harness;

/// <summary>Season bundles in the catalogue, and their objects in the bucket.</summary>
internal sealed class DeliveredBundles(
    ServiceFactory<TitleGrpcService> catalog, ServiceFactory<LinkTtlOptions> delivery, NpgsqlDataSource database, IObjectStore objects)
{
    /// <summary>A published bundle of a title's first season.</summary>
    public async Task<Bundle> PublishAsync(string titleName, byte[] zip, bool requiresToken = false)
    {
        var titles = new TitleService.TitleServiceClient(catalog.As(Identity.Admin));
        var title = (await titles.CreateTitleAsync(new CreateTitleRequest { Kind = TitleKind.Series, Name = titleName })).Title;
        await titles.PublishTitleAsync(new PublishTitleRequest { TitleId = title.Id });
        await new SeasonService.SeasonServiceClient(catalog.As(Identity.Admin)).CreateSeasonAsync(new CreateSeasonRequest { TitleId = title.Id, Number = 1 });
        var service = new BundleService.BundleServiceClient(catalog.As(Identity.Service));
        var bundle = (await service.ReserveBundleAsync(new ReserveBundleRequest
        {
            BundleId = Guid.CreateVersion7().ToString(),
            TitleId = title.Id,
            Kind = BundleKind.Season,
            SeasonNumber = 1,
            SizeBytes = zip.Length,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(zip)),
            RequiresToken = requiresToken,
        })).Bundle;
        await service.VerifyBundleAsync(new VerifyBundleRequest { BundleId = bundle.Id });
        var key = StorageKey.Parse(bundle.StorageKey);
        await objects.PutAsync(key, new MemoryStream(zip), zip.Length, sha256: null, new ObjectHeaders { ContentType = "application/zip" }, CancellationToken.None);
        return (await new BundleService.BundleServiceClient(catalog.As(Identity.Admin)).PublishBundleAsync(new PublishBundleRequest { BundleId = bundle.Id })).Bundle;
    }

    /// <summary>A one-time token for a bundle.</summary>
    public async Task<string> TokenAsync(Bundle bundle) => (await new DownloadTokenService.DownloadTokenServiceClient(delivery.As(Identity.Admin))
        .MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = bundle.StorageKey })).Token;

    /// <summary>Lets a bundle expire, as the passing of time would.</summary>
    public async Task ExpireAsync(Bundle bundle)
    {
        await using var command = database.CreateCommand("UPDATE bundle SET created_at = now() - interval '3 days', expires_at = now() - interval '1 second' WHERE id = $1");
        command.Parameters.Add(new() { Value = Guid.Parse(bundle.Id) });
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }
}
