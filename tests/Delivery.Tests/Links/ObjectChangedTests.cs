using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Links;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.V1;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Delivery.Tests.Links;

/// <summary>What is delivered is what was verified.</summary>
[Collection(DeliveryTestGroup.Name)]
public sealed class ObjectChangedTests(DeliverySystem system)
{
    [Fact]
    public async Task GetBundleUrl_ObjectOfAnotherSize_IsRefused()
    {
        var bundle = await system.PublishedAsync();
        await system.ReplaceAsync(bundle.StorageKey, DeliverySystem.Content[1..]);

        await RefusedAsync(bundle);
    }

    [Fact]
    public async Task GetBundleUrl_ObjectOfTheSameSizeWithAnotherETag_IsRefusedAndIsServedAgainWhenItIsBack()
    {
        var bundle = await VerifiedAsync();
        Assert.Equal((await system.HeadAsync(bundle.StorageKey))!.ETag, bundle.ObjectEtag);
        await system.ReplaceAsync(bundle.StorageKey, RandomNumberGenerator.GetBytes(DeliverySystem.Content.Length));
        await RefusedAsync(bundle);

        await system.ReplaceAsync(bundle.StorageKey, DeliverySystem.Content);
        Assert.NotEmpty((await system.Public.GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = bundle.Id })).Link.Url);
    }

    [Fact]
    public async Task GetBundleUrl_SuccessorWhoseKeyHadAnotherObject_IsServedThoughTheOldOneIsRemembered()
    {
        var other = RandomNumberGenerator.GetBytes(DeliverySystem.Content.Length);
        var former = await VerifiedAsync();
        await system.Public.GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = former.Id });
        await system.CatalogBundles(Identity.Service).ReleaseBundleAsync(new ReleaseBundleRequest { BundleId = former.Id });

        await system.ReplaceAsync(former.StorageKey, other);
        var bundle = await VerifiedAsync(former.TitleId);

        Assert.NotEmpty((await system.Public.GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = bundle.Id })).Link.Url);
    }

    [Fact]
    public async Task GetBundleUrl_ReplacedObject_IsCountedAndLoggedWithoutItsKey()
    {
        using var logs = new CapturedLogs();
        await using var replica = system.With(clock: null, services => services.AddSingleton<ILoggerProvider>(logs));
        var meters = replica.Services.GetRequiredService<IMeterFactory>();
        var counted = new ConcurrentQueue<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.Name == "moviesnow.delivery.objects.changed")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => counted.Enqueue($"{value} {tags[0].Value}"));
        listener.Start();
        var bundle = await system.PublishedAsync();
        await system.ReplaceAsync(bundle.StorageKey, DeliverySystem.Content[1..]);

        await RpcAssert.FailsAsync(
            ErrorReason.ObjectChanged,
            async () => await new DownloadLinkService.DownloadLinkServiceClient(replica.As(identity: null)).GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = bundle.Id }));

        Assert.Equal(["1 size"], counted);
        Assert.Equal(
            $"Error The bundle of bundle {bundle.Id} is not the object that was verified: its size is another",
            Assert.Single(logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal)).Trim());
        Assert.DoesNotContain(bundle.StorageKey, string.Concat(logs.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetBundleManifestUrl_ManifestOfAnotherSizeOrETag_IsRefused()
    {
        var bundle = await system.PublishedAsync();
        var key = Asking.ManifestOf(bundle);
        await system.StoreAsync(key, "{}"u8.ToArray());
        var stored = (await system.HeadAsync(key))!;
        await system.CatalogBundles(Identity.Service).RecordBundleManifestAsync(new RecordBundleManifestRequest { BundleId = bundle.Id, SizeBytes = stored.Size, ObjectEtag = stored.ETag });
        await system.ReplaceAsync(key, "[]"u8.ToArray());

        await RpcAssert.FailsAsync(
            ErrorReason.ObjectChanged, async () => await system.Public.GetBundleManifestUrlAsync(new GetBundleManifestUrlRequest { BundleId = bundle.Id }));
    }

    [Theory]
    [InlineData(5L, "e", "", null)]
    [InlineData(null, "", "", null)]
    [InlineData(6L, "e", "", "size")]
    [InlineData(5L, "f", "", "etag")]
    [InlineData(5L, "e", "other", "checksum")]
    public void DifferenceOf_StoredObject_NamesTheFirst(long? size, string etag, string sha256, string? difference)
    {
        var digest = Sha256Digest.FromBytes(SHA256.HashData("x"u8));
        var stored = new StoredObject(StorageKey.Parse("a"), 5, "e", null, null, digest, Encryption.None, new Dictionary<string, string>(StringComparer.Ordinal), default);

        Assert.Equal(difference, ObjectCheck.DifferenceOf(stored, new ExpectedObject(size, etag, sha256)));
        Assert.Null(ObjectCheck.DifferenceOf(stored with { Sha256 = null }, new ExpectedObject(5, "e", "other")));
        Assert.Null(ObjectCheck.DifferenceOf(stored, new ExpectedObject(5, "e", digest.Hex)));
    }

    private async Task RefusedAsync(Bundle bundle)
    {
        await RpcAssert.FailsAsync(ErrorReason.ObjectChanged, async () => await system.Public.GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = bundle.Id }));
        await RpcAssert.FailsAsync(ErrorReason.ObjectChanged, async () => await system.Public.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = bundle.StorageKey }));
    }

    /// <summary>A published bundle whose row has the ETag of its object, as uploads record it.</summary>
    private async Task<Bundle> VerifiedAsync(string? titleId = null)
    {
        var bundles = system.CatalogBundles(Identity.Service);
        var pending = await system.ReservedAsync(titleId);
        if (await system.HeadAsync(pending.StorageKey) is null)
        {
            await system.StoreAsync(pending.StorageKey, DeliverySystem.Content);
        }

        var etag = (await system.HeadAsync(pending.StorageKey))!.ETag;
        await bundles.VerifyBundleAsync(new VerifyBundleRequest { BundleId = pending.Id, ObjectEtag = etag });
        return (await system.CatalogBundles(Identity.Admin).PublishBundleAsync(new PublishBundleRequest { BundleId = pending.Id })).Bundle;
    }
}
