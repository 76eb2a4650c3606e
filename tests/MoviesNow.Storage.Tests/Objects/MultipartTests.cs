using System.Security.Cryptography;
using MoviesNow.Storage.Tests.Support;

namespace MoviesNow.Storage.Tests.Objects;

[Collection(nameof(StorageFixture))]
public sealed class MultipartTests(StorageFixture storage)
{
    private const int MinPart = 5 * 1024 * 1024;

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task CompleteMultipartAsync_AllParts_MakesTheObject()
    {
        var (key, uploadId) = await CreateAsync();
        var content = RandomNumberGenerator.GetBytes(MinPart + 1_000);
        await UploadAsync(key, uploadId, 2, content[MinPart..]);
        await UploadAsync(key, uploadId, 1, content[..MinPart]);

        var parts = await storage.Store.ListPartsAsync(key, uploadId, None);
        Assert.Equal([(1, (long)MinPart), (2, 1_000L)], parts!.Select(part => (part.Number, part.Size)));
        var outcome = await storage.Store.CompleteMultipartAsync(key, uploadId, [.. parts!.Select(part => new CompletedPart(part.Number, part.ETag))], None);

        Assert.Equal(CompleteStatus.Completed, outcome.Status);
        var found = await storage.Store.HeadAsync(key, None);
        Assert.Equal(content.Length, found!.Size);
        Assert.Equal("video/mp4", found.ContentType);
        Assert.Equal("max-age=3600", found.CacheControl);
        Assert.EndsWith("-2", found.ETag, StringComparison.Ordinal);
        Assert.Equal(StorageFixture.Digest(content), (await storage.Host.Get<ObjectHasher>().HashAsync(key, found.ETag, None))!.Sha256);

        // Some servers remember what they completed and say so again.
        Assert.Contains((await CompleteAsync(key, uploadId, parts!)).Status, new[] { CompleteStatus.NoSuchUpload, CompleteStatus.Completed });
        Assert.Equal(found, (await storage.Store.HeadAsync(key, None))! with { Metadata = found.Metadata });
    }

    [Fact]
    public async Task CompleteMultipartAsync_ExistingObject_IsLeftAlone()
    {
        var (key, uploadId) = await CreateAsync();
        await UploadAsync(key, uploadId, 1, [9]);
        await storage.Store.PutAsync(key, new OneWayStream([1, 2]), 2, null, new ObjectHeaders(), None);

        var parts = await storage.Store.ListPartsAsync(key, uploadId, None);
        Assert.Equal(CompleteStatus.AlreadyExists, (await CompleteAsync(key, uploadId, parts!)).Status);
        Assert.Equal([1, 2], await storage.ReadAsync(key));
        await storage.Store.AbortMultipartAsync(key, uploadId, None);
    }

    [Fact]
    public async Task CompleteMultipartAsync_WrongParts_SaysWhy()
    {
        var (key, uploadId) = await CreateAsync();
        await UploadAsync(key, uploadId, 1, [1]);
        await UploadAsync(key, uploadId, 2, [2]);
        var parts = await storage.Store.ListPartsAsync(key, uploadId, None);

        Assert.Equal(CompleteStatus.PartTooSmall, (await CompleteAsync(key, uploadId, parts!)).Status);
        Assert.Equal(
            CompleteStatus.InvalidPart,
            (await storage.Store.CompleteMultipartAsync(key, uploadId, [new CompletedPart(1, "00000000000000000000000000000000")], None)).Status);
        Assert.Equal(
            CompleteStatus.InvalidPart,
            (await storage.Store.CompleteMultipartAsync(key, uploadId, [new CompletedPart(7, parts![0].ETag)], None)).Status);
        Assert.Null(await storage.Store.HeadAsync(key, None));
        await storage.Store.AbortMultipartAsync(key, uploadId, None);
    }

    [Fact]
    public async Task AbortMultipartAsync_Twice_SucceedsAndTheUploadIsGone()
    {
        var (key, uploadId) = await CreateAsync();
        await UploadAsync(key, uploadId, 1, [1]);
        await storage.Store.AbortMultipartAsync(key, uploadId, None);
        await storage.Store.AbortMultipartAsync(key, uploadId, None);
        Assert.Null(await storage.Store.ListPartsAsync(key, uploadId, None));
        Assert.Equal(CompleteStatus.NoSuchUpload, (await storage.Store.CompleteMultipartAsync(key, uploadId, [new CompletedPart(1, "00")], None)).Status);
    }

    [Fact]
    public async Task IsMultipartPendingAsync_UntilItIsAborted_IsTrue()
    {
        var (key, uploadId) = await CreateAsync();
        Assert.True(await storage.Store.IsMultipartPendingAsync(key, uploadId, None));
        await UploadAsync(key, uploadId, 1, [1]);
        Assert.True(await storage.Store.IsMultipartPendingAsync(key, uploadId, None));
        await storage.Store.AbortMultipartAsync(key, uploadId, None);
        Assert.False(await storage.Store.IsMultipartPendingAsync(key, uploadId, None));
    }

    [Fact]
    public async Task CompleteMultipartAsync_PartsWithDigests_OtherBytesAreRefusedAndTheMarkIsKept()
    {
        var key = StorageFixture.NewKey();
        var headers = new ObjectHeaders { PartSha256 = true, Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["moviesnow-upload"] = "x" } };
        var uploadId = await storage.Store.CreateMultipartAsync(key, headers, None);
        var isChecked = storage.Store.Capabilities.Checksums;
        var part = storage.Host.Presigner.UploadPart(
            key, uploadId, 1, TimeSpan.FromMinutes(1), new PartConditions { ContentLength = 3, Sha256 = isChecked ? StorageFixture.Digest([1, 2, 3]) : null });
        using (var other = await storage.Http.SendPresignedAsync(part, [1, 2, 4]))
            Assert.NotEqual(isChecked, other.IsSuccessStatusCode);
        using (var same = await storage.Http.SendPresignedAsync(part, [1, 2, 3]))
            Assert.True(same.IsSuccessStatusCode);

        var stored = Assert.Single((await storage.Store.ListPartsAsync(key, uploadId, None))!);
        Assert.Equal(isChecked ? StorageFixture.Digest([1, 2, 3]) : null, stored.Sha256);
        var outcome = await storage.Store.CompleteMultipartAsync(key, uploadId, [new CompletedPart(1, stored.ETag, stored.Sha256)], None);

        Assert.Equal(CompleteStatus.Completed, outcome.Status);
        Assert.Equal("x", (await storage.Store.HeadAsync(key, None))!.Metadata["moviesnow-upload"]);
    }

    [Fact]
    public async Task ListMultipartUploadsAsync_SeveralUploads_GivesThem()
    {
        var title = Guid.CreateVersion7();
        var expected = new List<(StorageKey?, string)>();
        for (var season = 1; season <= 3; season++)
        {
            var key = StorageLayout.SeasonBundle(title, season);
            expected.Add((key, await storage.Store.CreateMultipartAsync(key, new ObjectHeaders(), None)));
        }

        var found = new List<(StorageKey?, string)>();
        await foreach (var upload in storage.Store.ListMultipartUploadsAsync($"bundles/{title:D}/", None))
            found.Add((upload.Key, upload.UploadId));

        Assert.Equal(expected, found);
        foreach (var (key, uploadId) in expected)
            await storage.Store.AbortMultipartAsync(key!, uploadId, None);
    }

    [Fact]
    public async Task ListPartsAsync_MoreThanAPage_GivesAll()
    {
        var (key, uploadId) = await CreateAsync();
        Assert.Empty((await storage.Store.ListPartsAsync(key, uploadId, None))!);
        await Parallel.ForEachAsync(Enumerable.Range(1, 1_003), async (number, _) => await UploadAsync(key, uploadId, number, [1]));
        var parts = await storage.Store.ListPartsAsync(key, uploadId, None);
        Assert.Equal(Enumerable.Range(1, 1_003), parts!.Select(part => part.Number));
        await storage.Store.AbortMultipartAsync(key, uploadId, None);
    }

    private async Task<(StorageKey Key, string UploadId)> CreateAsync()
    {
        var key = StorageFixture.NewKey();
        var headers = new ObjectHeaders { ContentType = "video/mp4", CacheControl = "max-age=3600" };
        return (key, await storage.Store.CreateMultipartAsync(key, headers, None));
    }

    private Task<CompleteOutcome> CompleteAsync(StorageKey key, string uploadId, IReadOnlyList<StoredPart> parts) =>
        storage.Store.CompleteMultipartAsync(key, uploadId, [.. parts!.Select(part => new CompletedPart(part.Number, part.ETag))], None);

    private async Task UploadAsync(StorageKey key, string uploadId, int number, byte[] content)
    {
        var request = storage.Host.Presigner.UploadPart(
            key, uploadId, number, TimeSpan.FromMinutes(5), new PartConditions { ContentLength = content.Length });
        using var answer = await storage.Http.SendPresignedAsync(request, content);
        answer.EnsureSuccessStatusCode();
    }
}
