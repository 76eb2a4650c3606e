using Google.Protobuf;
using Grpc.Core;
using MoviesNow.ServiceDefaults.Clients;
using MoviesNow.Storage;
using MoviesNow.Upload.Proxy;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Proxy;

/// <summary>What tests of the proxy have in common.</summary>
public abstract class ProxyTest(SharedSystem shared) : UploadTest(shared)
{
    /// <summary>The most that a file may have.</summary>
    private protected const int Limit = 10_485_760;

    private protected static SmallFileHeader Header(string titleId, string name = "poster.png") => new()
    {
        Target = new UploadTarget { Purpose = UploadPurpose.Artwork, TitleId = titleId },
        FileName = name,
        ContentType = "image/png",
    };

    private protected static UploadSmallFileRequest Unary(SmallFileHeader header, Content content) => new()
    {
        Header = header,
        Data = UnsafeByteOperations.UnsafeWrap(content.Bytes),
    };

    private protected static Metadata Key(string key) => new() { { "idempotency-key", key } };

    /// <summary>Sends a file by one of the two methods.</summary>
    private protected async Task<(Upload Upload, string AssetId)> SendAsync(
        bool streams, SmallFileHeader header, Content content, int replica = 0, Metadata? metadata = null)
    {
        if (!streams)
        {
            var answer = await System.Proxy(replica).UploadSmallFileAsync(Unary(header, content), metadata);
            return (answer.Upload, answer.AssetId);
        }

        using var call = System.Proxy(replica).StreamSmallFile(metadata);
        var streamed = await StreamAsync(call, header, content);
        return (streamed.Upload, streamed.AssetId);
    }

    private protected static Task<StreamSmallFileResponse> StreamAsync(
        AsyncClientStreamingCall<StreamSmallFileRequest, StreamSmallFileResponse> call, SmallFileHeader header, Content content, int chunk = 1 << 20) =>
        call.SendAsync(async (requests, token) =>
        {
            await requests.WriteAsync(new StreamSmallFileRequest { Header = header }, token);
            for (var at = 0; at < content.Bytes.Length; at += chunk)
                await requests.WriteAsync(Data(content, at, chunk), token);
        });

    private protected static StreamSmallFileRequest Data(Content content, int at, int chunk) => new()
    {
        Data = UnsafeByteOperations.UnsafeWrap(content.Bytes.AsMemory(at, Math.Min(chunk, content.Bytes.Length - at))),
    };

    /// <summary>No row, no object, and no turn that is not given back.</summary>
    private protected async Task AssertNothingIsLeftAsync(string titleId, int replica = 0)
    {
        await UntilAsync(() => System.Service<ProxyAdmission>(replica).Active == 0);
        Assert.Equal(0, await System.CountSessionsAsync(titleId));
        Assert.Empty(await ObjectsAsync(titleId));
        Assert.Equal(0, System.Service<SmallFileReceiver>(replica).BytesInUse);
    }

    private protected async Task<List<string>> ObjectsAsync(string titleId)
    {
        var keys = new List<string>();
        await foreach (var found in System.Objects.ListAsync($"artwork/title/{titleId}/", CancellationToken.None))
            keys.Add(found.RawKey);
        return keys;
    }

    /// <summary>The key that a file gets without an idempotency key.</summary>
    private protected static StorageKey KeyOf(string titleId, Content content) =>
        UploadDrafts.KeyOf(UploadPurpose.Artwork, Guid.Parse(titleId), episodeId: null, "poster.png", "image/png", "admin@test", content.Sha256);

    private protected static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
            await Task.Delay(TimeSpan.FromMilliseconds(10), limit.Token);
    }

    private protected int Replica(params (string Name, string Value)[] settings) =>
        System.AddReplica(settings.ToDictionary(setting => $"Upload:Proxy:{setting.Name}", string? (setting) => setting.Value, StringComparer.Ordinal));
}
