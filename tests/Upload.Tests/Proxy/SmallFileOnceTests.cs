using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;
using UploadTests.Support;

namespace UploadTests.Proxy;

[Collection(nameof(SharedSystem))]
public sealed class SmallFileOnceTests(SharedSystem shared) : ProxyTest(shared)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SmallFile_WhereAnObjectIs_NeverOverwritesIt(bool streams)
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(1_000));
        var key = KeyOf(titleId, content);
        await System.PlantAsync(key.Value, [1, 2, 3]);
        await RpcAssert.FailsAsync(ErrorReason.ObjectExists, () => SendAsync(streams, Header(titleId), content));
        Assert.Equal(3, (await System.Objects.HeadAsync(key, default))!.Size);
        Assert.Equal(0, await System.CountSessionsAsync(titleId));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SmallFile_RepeatedWithoutAKey_FindsItsObject(bool streams)
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(1_000));
        await SendAsync(streams, Header(titleId), content);
        await RpcAssert.FailsAsync(ErrorReason.ObjectExists, () => SendAsync(streams, Header(titleId), content));
        Assert.Equal(1, await System.CountSessionsAsync(titleId));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SmallFile_RepeatedWithItsKey_HasItsEffectOnceAlsoWithoutRedis(bool streams)
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(1_000));
        var first = await SendAsync(streams, Header(titleId), content, metadata: Key("once"));
        Assert.Equal(first, await SendAsync(streams, Header(titleId), content, replica: 1, Key("once")));
        Assert.Equal(first, await SendAsync(streams, Header(titleId), content, System.WithoutRedis[0], Key("once")));
        Assert.Equal(1, await System.CountSessionsAsync(titleId));
        Assert.Single(await ObjectsAsync(titleId));
    }

    [Fact]
    public async Task UploadSmallFile_OtherBytesWithTheKey_AreRefused()
    {
        var titleId = await System.MovieAsync();
        await SendAsync(streams: false, Header(titleId), Content.Random(1_000), metadata: Key("reused"));
        await RpcAssert.FailsAsync(
            ErrorReason.IdempotencyKeyReused, () => SendAsync(streams: false, Header(titleId), Content.Random(1_000), metadata: Key("reused")));
    }

    [Fact]
    public async Task StreamSmallFile_OtherBytesWithTheKey_NeverTakeThePlaceOfTheFirst()
    {
        var titleId = await System.MovieAsync();
        await SendAsync(streams: true, Header(titleId), Content.Random(1_000), metadata: Key("reused"));
        await RpcAssert.FailsAsync(
            ErrorReason.ObjectExists, () => SendAsync(streams: true, Header(titleId), Content.Random(1_000), metadata: Key("reused")));
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, "race")]
    [InlineData(true, "race")]
    public async Task SmallFile_OnThreeReplicasAtOnce_IsOneUpload(bool streams, string? key)
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(200_000));
        int[] replicas = [0, 1, System.WithoutRedis[0]];
        var calls = Enumerable.Range(0, 12).Select(async number =>
        {
            try
            {
                return await SendAsync(streams, Header(titleId), content, replicas[number % 3], key is null ? null : Key(key));
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.AlreadyExists or StatusCode.Aborted)
            {
                return default;
            }
        });

        var answers = (await Task.WhenAll(calls)).Where(answer => answer.Upload is not null).ToList();

        Assert.NotEmpty(answers);
        Assert.Single(answers.Select(answer => (answer.Upload.Id, answer.AssetId)).Distinct());
        Assert.Equal(1, await System.CountSessionsAsync(titleId));
        Assert.Single(await ObjectsAsync(titleId));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SmallFile_Stored_LeavesAnAuditEntry(bool streams)
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(100));
        var (upload, _) = await SendAsync(streams, Header(titleId), content);
        var trail = new AuditService.AuditServiceClient(System.As(Identity.Admin));
        var entry = Assert.Single((await trail.ListAuditEntriesAsync(new ListAuditEntriesRequest { Target = upload.Id })).Entries);
        Assert.Equal(("admin@test", "OK"), (entry.Actor, entry.Outcome));
    }
}
