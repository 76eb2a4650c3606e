using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Clients;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Proxy;

[Collection(nameof(SharedSystem))]
public sealed class SmallFileTests(SharedSystem shared) : ProxyTest(shared)
{
    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, Limit)]
    [InlineData(true, 1)]
    [InlineData(true, Limit)]
    public async Task SmallFile_UpToTenMebibytes_IsStoredAndRecorded(bool streams, int size)
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(size));
        var header = Header(titleId);
        (header.SizeBytes, header.Sha256) = (content.Size, content.Sha256);

        var (upload, assetId) = await SendAsync(streams, header, content);

        Assert.Equal((UploadState.Completed, UploadMethod.Proxy, "admin@test"), (upload.State, upload.Method, upload.Owner));
        Assert.Equal((content.Size, content.Sha256), (upload.SizeBytes, upload.Sha256));
        var stored = await System.Objects.HeadAsync(StorageKey.Parse(upload.StorageKey), default);
        Assert.Equal((content.Size, content.Sha256, "image/png"), (stored!.Size, stored.Sha256!.Hex, stored.ContentType));
        Assert.Equal(upload.StorageEtag, stored.ETag);
        var asset = (await new AssetService.AssetServiceClient(System.Catalog(Identity.Admin)).GetAssetAsync(new GetAssetRequest { AssetId = assetId })).Asset;
        Assert.Equal((upload.StorageKey, content.Sha256, AssetKind.Poster), (asset.StorageKey, asset.Sha256, asset.Kind));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SmallFile_WithoutSizeAndDigest_IsStoredWithThoseThatArrived(bool streams)
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(300_000));
        var (upload, _) = await SendAsync(streams, Header(titleId), content);
        Assert.Equal((content.Size, content.Sha256, UploadState.Completed), (upload.SizeBytes, upload.Sha256, upload.State));
    }

    [Fact]
    public async Task StreamSmallFile_InManyTinyMessages_IsStored()
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(5_000));
        using var call = System.Proxy().StreamSmallFile();
        var answer = await StreamAsync(call, Header(titleId), content, chunk: 1);
        Assert.Equal(content.Sha256, answer.Upload.Sha256);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SmallFile_OneByteMore_IsTooLargeAndLeavesNothing(bool streams)
    {
        var titleId = await System.MovieAsync();
        await RpcAssert.FailsAsync(ErrorReason.ProxyTooLarge, () => SendAsync(streams, Header(titleId), Content.Random(Limit + 1)));
        await AssertNothingIsLeftAsync(titleId);
    }

    [Theory]
    [InlineData(false, Limit + 1)]
    [InlineData(true, Limit + 1)]
    [InlineData(true, long.MaxValue)]
    public async Task SmallFile_DeclaredLargerThanTheLimit_IsTooLargeBeforeItsBytes(bool streams, long declared)
    {
        var header = Header(await System.MovieAsync());
        header.SizeBytes = declared;
        await RpcAssert.FailsAsync(ErrorReason.ProxyTooLarge, () => SendAsync(streams, header, Content.Random(10)));
    }

    [Theory]
    [InlineData(false, 999)]
    [InlineData(false, 1_001)]
    [InlineData(true, 999)]
    [InlineData(true, 1_001)]
    public async Task SmallFile_OfAnotherSizeThanDeclared_IsRefusedAndLeavesNothing(bool streams, int declared)
    {
        var titleId = await System.MovieAsync();
        var header = Header(titleId);
        header.SizeBytes = declared;
        await RpcAssert.FailsAsync(ErrorReason.SizeMismatch, () => SendAsync(streams, header, Content.Random(1_000)));
        await AssertNothingIsLeftAsync(titleId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SmallFile_OfOtherBytesThanDeclared_IsRefusedAndLeavesNothing(bool streams)
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(1_000));
        var header = Header(titleId);
        header.Sha256 = content.Sha256;
        var error = await RpcAssert.FailsAsync(ErrorReason.ChecksumMismatch, () => SendAsync(streams, header, content.Damaged()));
        Assert.Contains("nothing was stored", error.Status.Detail, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(titleId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SmallFile_Empty_IsRefused(bool streams)
    {
        var titleId = await System.MovieAsync();
        await RpcAssert.FailsOnFieldsAsync(["data"], () => SendAsync(streams, Header(titleId), new Content([])));
        await AssertNothingIsLeftAsync(titleId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SmallFile_WithABadHeader_IsRefusedPerField(bool streams)
    {
        var header = new SmallFileHeader { Target = new UploadTarget { Purpose = UploadPurpose.Bundle, TitleId = "x" }, SizeBytes = -1, Sha256 = "AB" };
        string[] fields =
        [
            "header.target.purpose", "header.target.title_id", "header.file_name", "header.content_type", "header.size_bytes", "header.sha256",
        ];
        await RpcAssert.FailsOnFieldsAsync(fields, () => SendAsync(streams, header, Content.Random(10)));
    }

    [Fact]
    public async Task UploadSmallFile_WithoutHeader_IsRefused() =>
        await RpcAssert.FailsOnFieldsAsync(["header"], () => System.Proxy().UploadSmallFileAsync(Unary(null!, Content.Random(10))).ResponseAsync);

    [Fact]
    public async Task StreamSmallFile_OtherThanAHeaderAndThenData_IsRefused()
    {
        var header = new StreamSmallFileRequest { Header = Header(await System.MovieAsync()) };
        var data = Data(Content.Random(10), 0, 10);
        await RpcAssert.FailsOnFieldsAsync(["header"], () => StreamOfAsync());
        await RpcAssert.FailsOnFieldsAsync(["header"], () => StreamOfAsync(data));
        await RpcAssert.FailsOnFieldsAsync(["header"], () => StreamOfAsync(header, data, header));
        await RpcAssert.FailsOnFieldsAsync(["data"], () => StreamOfAsync(header, new StreamSmallFileRequest()));
        await RpcAssert.FailsOnFieldsAsync(["data"], () => StreamOfAsync(header, Data(Content.Random(Limit), 0, (1 << 20) + 1)));
        await RpcAssert.FailsAsync(ErrorReason.MessageTooLarge, () => StreamOfAsync(header, Data(Content.Random(Limit), 0, 2 << 20)));
    }

    [Fact]
    public async Task SmallFile_OfAnUnknownTitle_IsRefused() => await RpcAssert.FailsAsync(
        ErrorReason.TitleNotFound, () => SendAsync(streams: true, Header(Guid.NewGuid().ToString()), Content.Random(10)));

    private async Task<StreamSmallFileResponse> StreamOfAsync(params StreamSmallFileRequest[] messages)
    {
        using var call = System.Proxy().StreamSmallFile();
        return await call.SendAsync(async (requests, token) =>
        {
            foreach (var message in messages)
                await requests.WriteAsync(message, token);
        });
    }
}
