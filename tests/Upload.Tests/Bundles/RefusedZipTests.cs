using System.IO.Compression;
using Google.Rpc;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Bundles;

/// <summary>What an admin is told whose ZIP is refused.</summary>
[Collection(nameof(SharedSystem))]
public sealed class RefusedZipTests(SharedSystem shared) : UploadTest(shared)
{
    private static readonly string[] Names = ["rule", "detail", "entry", "actual", "limit"];

    [Fact]
    public async Task FinalizeUpload_NoZip_SaysSo()
    {
        var error = await RefusedAsync(Content.Random(4_096));

        Assert.Equal("The object is not a readable ZIP file: it is no ZIP file, or was cut off: it has no end of central directory.", error.Status.Detail);
        Assert.Equal(["rule=NOT_A_ZIP"], Facts(error));
    }

    [Fact]
    public async Task FinalizeUpload_EntryThatLeavesItsFolder_IsNamed()
    {
        var error = await RefusedAsync(Zip(("S01/../../evil.sh", [1])));

        Assert.Equal("The object is not a readable ZIP file: the entry \"S01/../../evil.sh\" has a path that leaves its folder.", error.Status.Detail);
        Assert.Equal(["rule=PATH_ESCAPES", "entry=S01/../../evil.sh"], Facts(error));
    }

    [Fact]
    public async Task FinalizeUpload_DeflatedBomb_IsRefusedWithItsRatio()
    {
        var error = await RefusedAsync(Zip(("zeros.bin", new byte[4 << 20])));

        var facts = RpcErrors.InfoOf(error)!.Metadata;
        Assert.Equal(("ENTRY_RATIO", "zeros.bin", "100"), (facts["rule"], facts["entry"], facts["limit"]));
        Assert.InRange(int.Parse(facts["actual"], null), 900, 1_032);
        Assert.Matches("^The object is not a readable ZIP file: the entry \"zeros.bin\" unpacks to too many times its size: [0-9,]+ of at most 100\\.$", error.Status.Detail);
    }

    [Fact]
    public async Task FinalizeUpload_TooManyEntries_TellsTheNumbers()
    {
        var error = await RefusedAsync(Zip([.. Enumerable.Range(0, 20_001).Select(i => ($"{i}", Array.Empty<byte>()))]));

        Assert.Equal("The object is not a readable ZIP file: it has too many entries: 20,001 of at most 20,000.", error.Status.Detail);
        Assert.Equal(["rule=TOO_MANY_ENTRIES", "actual=20001", "limit=20000"], Facts(error));
    }

    [Fact]
    public async Task FinalizeUpload_HostileName_IsToldHarmlesslyAndShort()
    {
        var error = await RefusedAsync(Zip(($"\u001b[2J\u202e{new string('x', 60_000)}", [1])));

        var entry = RpcErrors.InfoOf(error)!.Metadata["entry"];
        Assert.StartsWith("\\u001B[2J\\u202Exx", entry, StringComparison.Ordinal);
        Assert.Equal(120, entry.Length);
        Assert.EndsWith($"xx\" has a name that is empty or over 1,024 bytes.", error.Status.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Status.Detail, char.IsControl);
    }

    [Fact]
    public async Task CompleteMultipartUpload_RefusedZip_TellsTheSame()
    {
        var zip = Zip(("a.txt", [1]), ("A.TXT", [2]));
        var request = Requests.Season(await System.SeriesAsync(), zip);
        request.Method = UploadMethod.Multipart;
        var created = await System.Bundles().CreateBundleAsync(request);
        var presigned = await System.Multipart().PresignPartsAsync(new PresignPartsRequest { UploadId = created.Upload.Id, PartNumbers = { 1 } });
        using (await System.SendAsync(presigned.Parts.Single().Request, zip.Bytes))
        {
        }

        var error = await RpcAssert.FailsAsync(
            ErrorReason.ZipUnreadable,
            () => System.Multipart().CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { UploadId = created.Upload.Id }).ResponseAsync);

        Assert.Equal(["rule=DUPLICATE_PATH", "entry=A.TXT"], Facts(error));
    }

    [Fact]
    public async Task CompleteMultipartUpload_PartsMissing_NamesThem()
    {
        var request = Requests.Season(await System.SeriesAsync(), Content.Zip((2 * (int)UploadSystem.PartSize) + 1));
        request.Method = UploadMethod.Multipart;
        var created = await System.Bundles().CreateBundleAsync(request);

        var error = await RpcAssert.FailsAsync(
            ErrorReason.PartsIncomplete,
            () => System.Multipart().CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { UploadId = created.Upload.Id }).ResponseAsync);

        Assert.Equal("Parts are missing or differ from those named: not in the bucket: parts 1, 2, 3 of 3.", error.Status.Detail);
    }

    [Fact]
    public async Task FinalizeUpload_OtherSizeOrBytes_TellsWhatIsStored()
    {
        var declared = Content.Zip();
        var shorter = new Content(declared.Bytes[..^1]);
        var size = await RefusedAsync(declared, shorter, ErrorReason.SizeMismatch);
        Assert.Equal($"The object's size is not the declared one: {shorter.Size:N0} bytes are stored, {declared.Size:N0} were declared.", size.Status.Detail);
        Assert.Equal((shorter.Size.ToString(null, null), declared.Size.ToString(null, null)), (Fact(size, "stored_bytes"), Fact(size, "declared_bytes")));

        var damaged = declared.Damaged();
        var checksum = await RefusedAsync(declared, damaged, ErrorReason.ChecksumMismatch);
        Assert.Equal((damaged.Sha256, declared.Sha256), (Fact(checksum, "stored_sha256"), Fact(checksum, "declared_sha256")));
        Assert.Contains(damaged.Sha256, checksum.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyChange_StateThatForbidsIt_IsNamed()
    {
        var created = await System.Bundles().CreateBundleAsync(Requests.Season(await System.SeriesAsync(), Content.Zip()));
        await System.Uploads().AbortUploadAsync(new AbortUploadRequest { UploadId = created.Upload.Id });

        var error = await RpcAssert.FailsAsync(ErrorReason.InvalidState, () => System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync);

        Assert.Equal(("The state does not allow the change: it is ABORTED.", "ABORTED"), (error.Status.Detail, Fact(error, "state")));
    }

    [Fact]
    public async Task CreateBundle_LargerThanAZipMayUnpackTo_IsRefusedBeforeItIsSent()
    {
        var zip = Content.Zip();
        var exact = System.AddReplica(Limited(zip.Size));
        var below = System.AddReplica(Limited(zip.Size - 1));

        var request = Requests.Season(await System.SeriesAsync(), zip);
        await RpcAssert.FailsOnFieldsAsync(["size_bytes"], () => System.Bundles(below).CreateBundleAsync(request).ResponseAsync);
        Assert.NotEmpty((await System.Bundles(exact).CreateBundleAsync(request)).Upload.Id);

        static Dictionary<string, string?> Limited(long bytes) =>
            new(StringComparer.Ordinal) { ["Storage:Zip:MaxUnpackedBytes"] = bytes.ToString(null, null) };
    }

    private Task<RpcException> RefusedAsync(Content zip) => RefusedAsync(zip, zip, ErrorReason.ZipUnreadable);

    private async Task<RpcException> RefusedAsync(Content declared, Content stored, ErrorReason reason)
    {
        var created = await System.Bundles().CreateBundleAsync(Requests.Season(await System.SeriesAsync(), declared));
        await System.PlantAsync(created.Upload, stored.Bytes);
        var error = await RpcAssert.FailsAsync(reason, () => System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync);
        foreach (var text in RpcErrors.InfoOf(error)!.Metadata.Values.Append(error.Status.Detail))
        {
            Assert.DoesNotContain(created.Upload.StorageKey, text, StringComparison.Ordinal);
            Assert.DoesNotContain(UploadSystem.Bucket, text, StringComparison.Ordinal);
            Assert.DoesNotContain("http", text, StringComparison.Ordinal);
        }

        return error;
    }

    private static string Fact(RpcException error, string name) => RpcErrors.InfoOf(error)!.Metadata[name];

    /// <summary>The metadata without the words, which end the message.</summary>
    private static List<string> Facts(RpcException error)
    {
        var info = RpcErrors.DetailOf<ErrorInfo>(error)!;
        Assert.EndsWith($": {info.Metadata["detail"]}.", error.Status.Detail, StringComparison.Ordinal);
        Assert.Subset(Names.ToHashSet(StringComparer.Ordinal), info.Metadata.Keys.ToHashSet(StringComparer.Ordinal));
        return [.. Names.Where(name => name != "detail" && info.Metadata.ContainsKey(name)).Select(name => $"{name}={info.Metadata[name]}")];
    }

    private static Content Zip(params (string Path, byte[] Bytes)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, bytes) in files)
            {
                using var entry = zip.CreateEntry(path).Open();
                entry.Write(bytes);
            }
        }

        return new Content(stream.ToArray());
    }
}
