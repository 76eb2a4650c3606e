using System.Security.Cryptography;
using MoviesNow.Storage.Tests.Support;

namespace MoviesNow.Storage.Tests.Objects;

[Collection(nameof(StorageFixture))]
public sealed class ObjectStoreTests(StorageFixture storage)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task HeadAsync_NoObject_IsNull() => Assert.Null(await storage.Store.HeadAsync(StorageFixture.NewKey(), None));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(3_000_001)]
    public async Task PutAsync_NewObject_IsStoredWithItsHeaders(int size)
    {
        var content = RandomNumberGenerator.GetBytes(size);
        var key = StorageFixture.NewKey();
        var headers = new ObjectHeaders
        {
            ContentType = "text/vtt",
            CacheControl = "max-age=86400",
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["upload-id"] = "u1" },
        };

        var outcome = await storage.Store.PutAsync(key, new OneWayStream(content), size, StorageFixture.Digest(content), headers, None);

        Assert.Equal(PutStatus.Stored, outcome.Status);
        var found = await storage.Store.HeadAsync(key, None);
        Assert.NotNull(found);
        Assert.Equal(key, found.Key);
        Assert.Equal(size, found.Size);
        Assert.Equal(outcome.ETag, found.ETag);
        Assert.Equal("text/vtt", found.ContentType);
        Assert.Equal("max-age=86400", found.CacheControl);
        Assert.Equal("u1", found.Metadata["upload-id"]);
        Assert.InRange(found.LastModified, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
        if (storage.Store.Capabilities.Checksums)
            Assert.Equal(StorageFixture.Digest(content), found.Sha256);
        Assert.Equal(content, await storage.ReadAsync(key));
    }

    [Fact]
    public async Task PutAsync_ManagedEncryption_IsApplied()
    {
        if (!storage.Store.Capabilities.ManagedEncryption)
            return;

        var key = StorageFixture.NewKey();
        await storage.Store.PutAsync(key, new OneWayStream([1]), 1, null, new ObjectHeaders { Encryption = Encryption.Managed }, None);
        Assert.Equal(Encryption.Managed, (await storage.Store.HeadAsync(key, None))?.Encryption);
    }

    [Fact]
    public async Task PutAsync_ExistingObject_IsLeftAlone()
    {
        var key = await storage.StoreAsync([1, 2, 3]);
        var outcome = await storage.Store.PutAsync(key, new OneWayStream([4, 5]), 2, null, new ObjectHeaders(), None);
        Assert.Equal(PutStatus.AlreadyExists, outcome.Status);
        Assert.Equal([1, 2, 3], await storage.ReadAsync(key));
    }

    [Fact]
    public async Task PutAsync_ManyAtOnce_OneWins()
    {
        if (!storage.Store.Capabilities.ConditionalPut)
            return;

        var key = StorageFixture.NewKey();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            storage.Store.PutAsync(key, new OneWayStream([(byte)i]), 1, null, new ObjectHeaders(), None)));
        Assert.Single(outcomes, outcome => outcome.Status is PutStatus.Stored);
        Assert.Equal(7, outcomes.Count(outcome => outcome.Status is PutStatus.AlreadyExists));
    }

    [Theory]
    [InlineData(99_999)]
    [InlineData(100_001)]
    [InlineData(0)]
    public async Task PutAsync_OtherLengthThanDeclared_StoresNothing(int declared)
    {
        var key = StorageFixture.NewKey();
        var outcome = await storage.Store.PutAsync(key, new OneWayStream(new byte[100_000]), declared, null, new ObjectHeaders(), None);
        Assert.Equal(PutStatus.ContentMismatch, outcome.Status);
        Assert.Null(await storage.Store.HeadAsync(key, None));
    }

    [Fact]
    public async Task PutAsync_OtherDigestThanDeclared_StoresNothing()
    {
        var key = StorageFixture.NewKey();
        var outcome = await storage.Store.PutAsync(
            key, new OneWayStream(new byte[100_000]), 100_000, StorageFixture.Digest([1]), new ObjectHeaders(), None);
        Assert.Equal(PutStatus.ContentMismatch, outcome.Status);
        Assert.Null(await storage.Store.HeadAsync(key, None));
    }

    [Theory]
    [InlineData(0L, 0L, 1)]
    [InlineData(10L, 19L, 10)]
    [InlineData(990L, null, 10)]
    [InlineData(990L, 5_000L, 10)]
    [InlineData(1_000L, null, 0)]
    public async Task OpenReadAsync_Range_GivesThoseBytes(long first, long? last, int expected)
    {
        var content = RandomNumberGenerator.GetBytes(1_000);
        var key = await storage.StoreAsync(content);
        await using var part = await storage.Store.OpenReadAsync(key, new ByteRange(first, last), null, None);
        var copy = new MemoryStream();
        await part!.CopyToAsync(copy);
        Assert.Equal(content.AsSpan((int)first, expected).ToArray(), copy.ToArray());
    }

    [Fact]
    public async Task OpenReadAsync_AbsentOrOtherETag_IsNull()
    {
        var key = await storage.StoreAsync([1]);
        var found = await storage.Store.HeadAsync(key, None);
        Assert.Null(await storage.Store.OpenReadAsync(StorageFixture.NewKey(), null, null, None));
        Assert.Null(await storage.Store.OpenReadAsync(key, null, "00000000000000000000000000000000", None));
        await using var same = await storage.Store.OpenReadAsync(key, null, found!.ETag, None);
        Assert.NotNull(same);
    }

    [Fact]
    public async Task DeleteAsync_Twice_Succeeds()
    {
        var key = await storage.StoreAsync([1]);
        await storage.Store.DeleteAsync(key, None);
        await storage.Store.DeleteAsync(key, None);
        Assert.Null(await storage.Store.HeadAsync(key, None));
    }

    [Fact]
    public async Task DeleteAsync_IfETag_DeletesThatObjectOnly()
    {
        var key = await storage.StoreAsync([1, 2, 3]);
        var found = await storage.Store.HeadAsync(key, None);

        Assert.False(await storage.Store.DeleteAsync(key, "00000000000000000000000000000000", None));
        Assert.Equal([1, 2, 3], await storage.ReadAsync(key));
        Assert.True(await storage.Store.DeleteAsync(key, found!.ETag, None));
        Assert.Null(await storage.Store.HeadAsync(key, None));
        Assert.True(await storage.Store.DeleteAsync(key, found.ETag, None));
    }

    [Fact]
    public async Task ListAsync_MoreThanAPage_GivesAll()
    {
        var title = Guid.CreateVersion7();
        var keys = Enumerable.Range(0, 1_003).Select(i => StorageLayout.Original(title, null, FileNameSegment.Sanitize($"f{i:0000}.bin"))).ToList();
        await Parallel.ForEachAsync(keys, async (key, token) =>
            await storage.Store.PutAsync(key, new OneWayStream([1]), 1, null, new ObjectHeaders(), token));

        var listed = new List<ListedObject>();
        await foreach (var found in storage.Store.ListAsync($"originals/{title:D}/", None))
            listed.Add(found);

        Assert.Equal(keys, listed.Select(found => found.Key));
        Assert.All(listed, found => Assert.Equal(1, found.Size));
    }

    [Fact]
    public async Task HashAsync_LargeObject_IsItsDigest()
    {
        var content = RandomNumberGenerator.GetBytes(5_000_003);
        var key = await storage.StoreAsync(content);
        var found = await storage.Store.HeadAsync(key, None);
        var hasher = storage.Host.Get<ObjectHasher>();
        Assert.Equal(new HashedObject(StorageFixture.Digest(content), content.Length), await hasher.HashAsync(key, found!.ETag, None));
        Assert.Null(await hasher.HashAsync(key, "00000000000000000000000000000000", None));
        Assert.Null(await hasher.HashAsync(StorageFixture.NewKey(), null, None));
    }
}
